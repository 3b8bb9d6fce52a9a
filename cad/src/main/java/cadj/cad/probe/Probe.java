package cadj.cad.probe;

import cadj.cad.method.EditMethod;
import cadj.models.scheduler.Scheduler;
import java.util.List;
import java.util.SequencedMap;

/// A way to get an erased concept back. A record of its settings; what comes out follows from task
/// and settings alone.
public sealed interface Probe permits NoisedPictures, Completion, SoftPrompt {
  /// All of them, with the settings that our tables have.
  static List<Probe> all() {
    return List.of(NoisedPictures.DEFAULT, Completion.DEFAULT, SoftPrompt.DEFAULT);
  }

  /// Lower case, with hyphens.
  String name();

  /// All settings by name.
  SequencedMap<String, String> settings();

  /// Demands a sampler that it can draw with.
  ///
  /// @param run of as many steps as pictures are drawn with
  /// @throws IllegalArgumentException naming what `run` cannot do
  default void requireFits(Scheduler run) {}

  /// Tries each of its variants.
  ///
  /// @param receiver is given what came of each; the pictures are freed when it returns
  void run(ProbeTask task, Receiver receiver, EditMethod.Progress progress);

  /// Takes what came of one variant.
  @FunctionalInterface
  interface Receiver {
    void accept(Recovery recovery);
  }
}
