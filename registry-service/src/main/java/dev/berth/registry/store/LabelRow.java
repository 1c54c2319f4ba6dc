package dev.berth.registry.store;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

@Entity
@Table(name = "label")
class LabelRow {
    @Id
    String label;

    String environment;
    String app;
    /** The number of the newest version that has the label. */
    int version;
}
