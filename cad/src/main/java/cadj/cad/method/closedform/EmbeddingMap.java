package cadj.cad.method.closedform;

import static cadj.tensor.shape.Require.require;

import cadj.cad.edit.Patch;
import cadj.models.denoiser.Denoiser;
import cadj.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/// The key and value projections of cross-attention, W [out,d] each, which alone see text
/// embeddings [d]: what a map M [d,d] of these makes of them.
///
/// @param projections by name, in the model's order; all of one width d
public record EmbeddingMap(SequencedMap<String, Tensor> projections) {
  private static final List<String> PROJECTIONS = List.of(".to_k.weight", ".to_v.weight");

  /// Those of all [Denoiser#crossAttentions].
  public static EmbeddingMap of(Denoiser denoiser) {
    Set<String> attentions = Set.copyOf(denoiser.crossAttentions());
    SequencedMap<String, Tensor> found = new LinkedHashMap<>();
    denoiser
        .parameters()
        .forEach(
            (name, tensor) -> {
              for (String end : PROJECTIONS) {
                if (name.endsWith(end)
                    && attentions.contains(name.substring(0, name.length() - end.length()))) {
                  found.put(name, tensor);
                }
              }
            });
    require(!found.isEmpty(), "closed form: expected a model with cross-attention");
    return new EmbeddingMap(found);
  }

  /// Σ WᵀW [d,d] over all projections.
  public DMatrixRMaj gram() {
    int width = projections.firstEntry().getValue().dim(1);
    DMatrixRMaj sum = new DMatrixRMaj(width, width);
    for (Tensor w : projections.values()) {
      DMatrixRMaj matrix = matrix(w);
      CommonOps_DDRM.multAddTransA(matrix, matrix, sum);
    }
    return sum;
  }

  /// W·M in place of each W.
  Patch patch(DMatrixRMaj m) {
    Map<String, Tensor> values = new LinkedHashMap<>();
    projections.forEach(
        (name, w) -> {
          DMatrixRMaj product = new DMatrixRMaj(w.dim(0), w.dim(1));
          CommonOps_DDRM.mult(matrix(w), m, product);
          float[] rounded = new float[product.getNumElements()];
          for (int i = 0; i < rounded.length; i++) {
            rounded[i] = (float) product.data[i];
          }
          values.put(name, Tensor.of(rounded, w.dim(0), w.dim(1)));
        });
    return Patch.replacing(values, projections, Map.of());
  }

  private static DMatrixRMaj matrix(Tensor w) {
    DMatrixRMaj matrix = new DMatrixRMaj(w.dim(0), w.dim(1));
    matrix.setData(w.toDoubles());
    return matrix;
  }
}
