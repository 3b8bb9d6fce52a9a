package cadj.cad.trace;

import cadj.autograd.graph.Intervention;
import cadj.tensor.Tensor;
import java.util.List;

/// What is intervened on in one row of a map.
public sealed interface TraceRow permits RestoredModules, SwappedLayers {
  Procedure procedure();

  /// Keys of the modules that it concerns, in the order of computation.
  List<String> modules();

  /// What is done in a forward pass.
  ///
  /// @param clean what `modules` compute in the clean run
  /// @param base the other prompt's embedding [B,S,width]
  /// @param from the first of the batch's last B samples, which are intervened on: those before it
  ///   are the negative prompt's
  List<Intervention> interventions(CleanOutputs clean, Tensor base, int from);

  /// The last samples of `value`, from `from` on, replaced by those of `other`; in the same order
  /// in memory, so that what follows computes in the same way.
  static Tensor replaced(Tensor value, int from, Tensor other) {
    Tensor out = value.copy();
    out.slice(0, from, value.dim(0)).copyFrom(other);
    return out;
  }
}
