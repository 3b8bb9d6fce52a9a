package cadj.cad.trace;

import cadj.autograd.graph.Activations;
import cadj.autograd.graph.Intervention;
import cadj.tensor.Tensor;
import java.util.List;

/// The output of a module as the clean run computes it, in a run with a corrupted text.
///
/// @param key of the module
public record RestoredModule(String key) implements TraceRow {
  @Override
  public Procedure procedure() {
    return Procedure.RESTORE;
  }

  @Override
  public List<String> modules() {
    return List.of(key);
  }

  @Override
  public List<Intervention> interventions(CleanOutputs clean, Tensor base, int from) {
    return List.of(
        Activations.replace(key, (_, own) -> TraceRow.replaced(own, from, clean.of(key))));
  }
}
