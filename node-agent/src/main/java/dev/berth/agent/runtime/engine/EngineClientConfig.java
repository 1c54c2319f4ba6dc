package dev.berth.agent.runtime.engine;

import com.github.dockerjava.api.model.AuthConfig;
import com.github.dockerjava.api.model.AuthConfigurations;
import com.github.dockerjava.core.DockerClientConfig;
import com.github.dockerjava.core.LocalDirectorySSLConfig;
import com.github.dockerjava.core.RemoteApiVersion;
import com.github.dockerjava.core.SSLConfig;
import java.net.URI;

/** What docker-java's own config would look for in the environment, in properties and in files, given. */
record EngineClientConfig(EngineSettings settings, RemoteApiVersion api) implements DockerClientConfig {
    @Override
    public URI getDockerHost() {
        return settings.host();
    }

    @Override
    public RemoteApiVersion getApiVersion() {
        return api;
    }

    @Override
    public SSLConfig getSSLConfig() {
        return settings.certificates()
                .map(folder -> new LocalDirectorySSLConfig(folder.toString()))
                .orElse(null);
    }

    // Credentials go with each pull.

    @Override
    public String getRegistryUsername() {
        return null;
    }

    @Override
    public String getRegistryPassword() {
        return null;
    }

    @Override
    public String getRegistryEmail() {
        return null;
    }

    @Override
    public String getRegistryUrl() {
        return null;
    }

    @Override
    public AuthConfig effectiveAuthConfig(String image) {
        return null;
    }

    @Override
    public AuthConfigurations getAuthConfigurations() {
        return null;
    }
}
