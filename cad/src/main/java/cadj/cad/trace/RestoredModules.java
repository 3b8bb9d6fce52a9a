package cadj.cad.trace;

import cadj.autograd.graph.Activations;
import cadj.autograd.graph.Intervention;
import cadj.tensor.Tensor;
import java.util.List;

/// Outputs of some modules, mostly of one, as the clean run computes them, in a run with a
/// corrupted text.
///
/// @param modules their keys
public record RestoredModules(List<String> modules) implements TraceRow {
  public RestoredModules {
    modules = List.copyOf(modules);
  }

  @Override
  public Procedure procedure() {
    return Procedure.RESTORE;
  }

  @Override
  public List<Intervention> interventions(CleanOutputs clean, Tensor base, int from) {
    return modules.stream()
        .map(
            module ->
                Activations.replace(
                    module, (key, own) -> TraceRow.replaced(own, from, clean.of(key))))
        .toList();
  }
}
