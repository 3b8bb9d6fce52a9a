package cadj.cad.graph;

import cadj.tensor.Tensor;
import java.util.SequencedMap;

/// One run of a part of a model, to be looked at while it goes on.
public sealed interface PartRun permits DenoiserRun, TextEncoderRun, VaeRun {
  /// The part's parameters by checkpoint key.
  SequencedMap<String, Tensor> parameters();

  /// What the run begins with, by name.
  SequencedMap<String, Tensor> inputs();

  /// Runs the part, and gives J, one element: under the current tape and interventions.
  Tensor objective();

  /// What J is, in a few words.
  String words();

  /// Of several values announced under one key, which is this part's.
  default int call() {
    return 0;
  }
}
