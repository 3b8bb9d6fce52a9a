package cadj.cad.method.training;

import cadj.cad.attribution.TapeMemory;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Storage;
import java.util.List;
import java.util.Map;

/// What training takes beside the model, asked for before it starts: of every trained weight a
/// copy, and Adam's two moments; of one parameter at a time its gradient.
final class TrainingMemory {
  private static final int NUMBERS_PER_WEIGHT = 3;

  private TrainingMemory() {}

  /// @param masks numbers per weight for masks
  /// @throws IllegalArgumentException if three quarters of the free memory, which leaves a quarter
  ///   for the passes themselves, are less
  static void require(String method, Map<String, Tensor> trained, int masks) {
    require(method, trained, masks, TapeMemory.bytes(List.of(), 0, 1) - Storage.liveBytes());
  }

  /// @param free bytes that it may take
  static void require(String method, Map<String, Tensor> trained, int masks, long free) {
    long weights = trained.values().stream().mapToLong(Tensor::elements).sum();
    long largest = trained.values().stream().mapToLong(Tensor::elements).max().orElse(0);
    long needed = Float.BYTES * (weights * (NUMBERS_PER_WEIGHT + masks) + largest);
    if (needed > free) {
      throw new IllegalArgumentException(
          ("%s: training %,d weights in single precision needs %.1f GB for copies, Adam's moments"
                  + " and gradients, and %.1f GB can be had: allow more with --memory, or choose a"
                  + " method that trains fewer weights")
              .formatted(method, weights, needed / 1e9, Math.max(0, free) / 1e9));
    }
  }
}
