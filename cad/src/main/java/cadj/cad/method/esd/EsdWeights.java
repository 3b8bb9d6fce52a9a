package cadj.cad.method.esd;

import static java.util.Objects.requireNonNull;

import cadj.models.denoiser.Denoiser;
import cadj.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// Which weights are trained: weights and biases of linear and convolution layers, which are those
/// whose weight is a matrix or a kernel. So no normalisation is.
public enum EsdWeights {
  /// Cross-attention: for concepts that a prompt names, such as styles of artists.
  X("esd-x"),
  /// Only its keys and values, whose input is the text.
  X_STRICT("esd-x-strict"),
  /// All but cross-attention: for concepts that need not be named, such as nudity.
  U("esd-u");

  private final String method;

  EsdWeights(String method) {
    this.method = method;
  }

  /// The method's name.
  String method() {
    return method;
  }

  /// Whether only cross-attention is trained.
  boolean areCrossAttention() {
    return this != U;
  }

  SequencedMap<String, Tensor> of(Denoiser denoiser) {
    Map<String, Tensor> all = denoiser.parameters();
    List<String> attentions = denoiser.crossAttentions();
    SequencedMap<String, Tensor> out = new LinkedHashMap<>();
    all.forEach(
        (name, tensor) -> {
          int dot = name.lastIndexOf('.');
          String layer = name.substring(0, Math.max(0, dot));
          int rank = requireNonNull(all.getOrDefault(layer + ".weight", tensor)).rank();
          if ((rank == 2 || rank == 4) && trains(layer, attentions)) {
            out.put(name, tensor);
          }
        });
    return out;
  }

  private boolean trains(String layer, List<String> attentions) {
    boolean crosses = attentions.stream().anyMatch(key -> layer.startsWith(key + "."));
    return switch (this) {
      case X -> crosses;
      case X_STRICT -> crosses && (layer.endsWith(".to_k") || layer.endsWith(".to_v"));
      case U -> !crosses;
    };
  }
}
