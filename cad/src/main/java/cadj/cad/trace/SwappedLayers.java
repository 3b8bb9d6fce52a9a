package cadj.cad.trace;

import static cadj.tensor.shape.Require.require;

import cadj.autograd.graph.Activations;
import cadj.autograd.graph.Intervention;
import cadj.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/// Keys and values of consecutive cross-attention layers made of another prompt, in a run with the
/// concept's.
///
/// @param modules keys of the layers
public record SwappedLayers(List<String> modules) implements TraceRow {
  /// Layers that LocoGen swaps together in Stable Diffusion 1, of 16.
  private static final int LOCOGEN = 5;

  private static final int LOCOGEN_LAYERS = 16;

  public SwappedLayers {
    modules = List.copyOf(modules);
  }

  /// All windows of `size` consecutive layers.
  static List<SwappedLayers> windows(List<String> layers, int size) {
    require(
        size >= 1 && size <= layers.size(),
        "--window: expected 1 to %d, as many as there are cross-attention layers, got %d",
        layers.size(),
        size);
    List<SwappedLayers> out = new ArrayList<>();
    for (int first = 0; first + size <= layers.size(); first++) {
      out.add(new SwappedLayers(layers.subList(first, first + size)));
    }
    return out;
  }

  /// The share of the layers that LocoGen swaps, of so many.
  static int usual(int layers) {
    return Math.max(1, Math.round((float) layers * LOCOGEN / LOCOGEN_LAYERS));
  }

  @Override
  public Procedure procedure() {
    return Procedure.SWAP;
  }

  @Override
  public List<Intervention> interventions(CleanOutputs clean, Tensor base, int from) {
    List<Intervention> out = new ArrayList<>();
    for (String layer : modules) {
      for (String input : List.of(layer + ".to_k:input", layer + ".to_v:input")) {
        out.add(Activations.replace(input, (_, own) -> TraceRow.replaced(own, from, base)));
      }
    }
    return out;
  }
}
