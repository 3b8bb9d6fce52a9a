package cadj.cad.method;

import static cadj.tensor.shape.Require.require;

import cadj.cad.edit.Patch;
import cadj.models.scheduler.SchedulerConfig;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;

/// A way to edit a model so that a concept goes, or comes.
///
/// A record of its settings. What it computes must follow from task and settings alone: the same
/// bits each time.
public interface EditMethod {
  /// As `--method` and tables name it: lower case, with hyphens.
  String name();

  /// All settings by name, as patches and ledgers tell them.
  SequencedMap<String, String> settings();

  /// What it can do with a concept: most methods only erase.
  default Set<EditTask.Goal> goals() {
    return Set.of(EditTask.Goal.ERASE);
  }

  /// Whether it edits the layers of cross-attention only: a model without them has nothing for it.
  default boolean editsCrossAttention() {
    return false;
  }

  /// The same method for a model with this schedule: with a sampler that can step it, where its own
  /// cannot.
  ///
  /// @throws IllegalArgumentException naming the method, if it is not for such a model
  default EditMethod on(SchedulerConfig schedule) {
    return this;
  }

  /// @throws IllegalArgumentException naming the method, unless `goal` is one of [#goals]
  default void requireGoal(EditTask.Goal goal) {
    require(
        goals().contains(goal),
        "%s: expected a concept to %s, got one to %s",
        name(),
        SettingValues.lower(goal.other()),
        SettingValues.lower(goal));
  }

  /// The edit, as a patch of the task's own pipeline. Its metadata are left to the caller.
  ///
  /// @throws IllegalArgumentException naming what is missing, if the task lacks what the method
  ///   needs or has another goal
  Patch edit(EditTask task, Progress progress);

  /// The same method with these settings.
  ///
  /// @param values of all keys of [#settings]
  /// @throws IllegalArgumentException naming the setting and what is expected of it
  default EditMethod with(SettingValues values) {
    throw new IllegalArgumentException("%s: its settings are fixed".formatted(name()));
  }

  /// The same method at several strengths, from weaker to stronger, from which the smallest edit
  /// that suffices can be chosen. Itself alone, if it has but one.
  default List<EditMethod> ladder() {
    return List.of(this);
  }

  /// Is told how much is done.
  @FunctionalInterface
  interface Progress {
    Progress NONE = (what, done, total) -> {};

    /// @param what is being done, such as "sampling trajectories"
    void at(String what, int done, int total);
  }
}
