package dev.berth.registry.api;

import dev.berth.protocol.v1.App;
import dev.berth.protocol.v1.DeployReply;
import dev.berth.protocol.v1.DeployRequest;
import dev.berth.protocol.v1.Environment;
import dev.berth.protocol.v1.PlanReply;
import dev.berth.protocol.v1.Problem;
import dev.berth.protocol.v1.SourceInfo;
import dev.berth.protocol.v1.Token;
import dev.berth.protocol.v1.Version;
import dev.berth.protocol.v1.VersionKind;
import dev.berth.registry.app.Deploy;
import dev.berth.registry.app.Manifest;
import dev.berth.registry.app.Origin;
import dev.berth.registry.app.Source;
import dev.berth.registry.control.Access;
import dev.berth.registry.control.Deployed;
import dev.berth.registry.control.Plan;
import dev.berth.registry.store.StoredSpec;
import java.util.List;

/** What is asked and answered here, as messages. */
final class Views {
    private Views() {}

    static Deploy deploy(DeployRequest request) {
        return new Deploy(
                request.getEnvironment(),
                request.getManifest(),
                new Manifest.Overrides(request.getName(), request.getStrategy()),
                request.getSourceDigest(),
                request.getUser(),
                request.getTag(),
                request.getCommit(),
                request.getForce());
    }

    static DeployReply reply(Deployed deployed) {
        return switch (deployed) {
            case Deployed.Created(var version) ->
                DeployReply.newBuilder()
                        .setVersion(version(version))
                        .setCreated(true)
                        .build();
            case Deployed.Identical(var version) ->
                DeployReply.newBuilder().setVersion(version(version)).build();
            case Deployed.Refused(var problems) ->
                DeployReply.newBuilder().addAllProblems(problems(problems)).build();
        };
    }

    static PlanReply reply(Plan plan) {
        return switch (plan) {
            case Plan.Sound sound -> {
                PlanReply.Builder reply = PlanReply.newBuilder()
                        .setProposed(StoredSpec.of(sound.proposed()).message())
                        .setIdentical(sound.identical());
                sound.current().map(Views::version).ifPresent(reply::setCurrent);
                yield reply.build();
            }
            case Plan.Refused(var problems) ->
                PlanReply.newBuilder().addAllProblems(problems(problems)).build();
        };
    }

    private static List<Problem> problems(List<dev.berth.registry.app.Problem> problems) {
        return problems.stream()
                .map(problem -> Problem.newBuilder()
                        .setPath(problem.path())
                        .setMessage(problem.message())
                        .build())
                .toList();
    }

    static App app(dev.berth.registry.app.App app) {
        App.Builder message = App.newBuilder()
                .setEnvironment(app.name().environment())
                .setName(app.name().app())
                .setCreatedAt(app.createdAt().toEpochMilli())
                .setNewestVersion(app.newest())
                .setLife(app.life())
                .setRevision(app.revision());
        app.stop()
                .ifPresent(stop -> message.setStopped(true)
                        .setStoppedAt(stop.at().toEpochMilli())
                        .setStoppedBy(stop.by())
                        .setCollectAt(stop.collectAt().toEpochMilli()));
        return message.build();
    }

    static Version version(dev.berth.registry.app.Version version) {
        Version.Builder message = Version.newBuilder()
                .setEnvironment(version.app().environment())
                .setApp(version.app().app())
                .setVersion(version.number())
                .setDeployedBy(version.deployedBy())
                .setDeployedAt(version.deployedAt().toEpochMilli())
                .setTag(version.tag())
                .setCommit(version.commit())
                .setSpec(StoredSpec.of(version.spec()).message())
                .setSpecDigest(version.specDigest())
                .setLife(version.life());
        switch (version.origin()) {
            case Origin.Deploy deploy -> message.setKind(VersionKind.DEPLOY);
            case Origin.Rollback(int of) ->
                message.setKind(VersionKind.ROLLBACK).setRollbackOf(of);
            case Origin.Rollover rollover -> message.setKind(VersionKind.ROLLOVER);
        }
        return message.build();
    }

    static Environment environment(dev.berth.registry.app.Environment environment) {
        return Environment.newBuilder()
                .setName(environment.name())
                .setCreatedAt(environment.createdAt().toEpochMilli())
                .build();
    }

    static SourceInfo source(Source source) {
        return SourceInfo.newBuilder()
                .setDigest(source.digest())
                .setPresent(true)
                .setBytes(source.bytes())
                .build();
    }

    static Token token(dev.berth.registry.access.Token token) {
        return Token.newBuilder()
                .setId(token.id())
                .setUser(token.user())
                .setCreatedAt(token.createdAt().toEpochMilli())
                .setRevoked(token.revoked())
                .build();
    }

    /** The only message that has a secret. */
    static Token token(Access.Created created) {
        return token(created.token()).toBuilder()
                .setSecret(created.secret().text())
                .build();
    }
}
