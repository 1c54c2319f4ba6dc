package dev.berth.registry.store;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

@Entity
@Table(name = "audit")
class AuditRow {
    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    Long id;

    Instant at;

    @Column(name = "user_name")
    String user;

    String action;
    String environment;
    String app;
    String detail;

    static AuditRow of(Instant at, String user, String action, String environment, String app, String detail) {
        AuditRow row = new AuditRow();
        row.at = at;
        row.user = user;
        row.action = action;
        row.environment = environment;
        row.app = app;
        row.detail = detail;
        return row;
    }
}
