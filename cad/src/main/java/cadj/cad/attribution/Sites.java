package cadj.cad.attribution;

import cadj.tensor.Tensor;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// Which parameters are scored.
public enum Sites {
  /// The matrices of the feed-forward layers, `…ff.net.0.proj.weight` and `…ff.net.2.weight`: what
  /// the paper edits.
  FF,
  /// The matrices of self- and cross-attention.
  ATTENTION,
  /// The kernels of convolutions.
  CONVOLUTION,
  /// Scales and shifts of normalisations.
  NORM,
  /// Every parameter.
  ALL;

  /// Whether the parameter of that name and rank is one of these.
  public boolean include(String name, int rank) {
    return switch (this) {
      case FF -> rank == 2 && name.contains(".ff.");
      case ATTENTION -> rank == 2 && (name.contains(".attn1.") || name.contains(".attn2."));
      case CONVOLUTION -> rank == 4;
      case NORM -> name.contains("norm");
      case ALL -> true;
    };
  }

  /// Those of `parameters` that are scored, in their order.
  public SequencedMap<String, Tensor> of(Map<String, Tensor> parameters) {
    return anyOf(List.of(this), parameters);
  }

  /// Those of `parameters` that any of `sites` includes, in their order.
  public static SequencedMap<String, Tensor> anyOf(
      Collection<Sites> sites, Map<String, Tensor> parameters) {
    SequencedMap<String, Tensor> out = new LinkedHashMap<>();
    parameters.forEach(
        (name, tensor) -> {
          if (sites.stream().anyMatch(site -> site.include(name, tensor.rank()))) {
            out.put(name, tensor);
          }
        });
    return out;
  }
}
