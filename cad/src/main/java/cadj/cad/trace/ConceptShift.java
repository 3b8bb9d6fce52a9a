package cadj.cad.trace;

import cadj.models.denoiser.Denoiser;
import cadj.models.scheduler.NoiseLevel;
import cadj.tensor.Tensor;

/// What the concept adds to the prediction at one point, and how much of it another has.
///
/// u is the predicted noise (or velocity: [cadj.models.scheduler.PredictionType#compared]) without
/// the concept, c with it, for B samples [B,values]; o of another prediction for the same latents.
/// The erase objective is J(o) = ‖o − u‖².
final class ConceptShift {
  private final Denoiser denoiser;
  private final Tensor latents;
  private final NoiseLevel level;
  private final float[] without;
  private final float[] with;
  private final int samples;

  /// @param without the denoiser's output without the concept [B,C,h,w]
  /// @param with its output with the concept
  /// @param latents that they were predicted from
  ConceptShift(Denoiser denoiser, Tensor without, Tensor with, Tensor latents, NoiseLevel level) {
    this.denoiser = denoiser;
    this.latents = latents;
    this.level = level;
    this.without = compared(without);
    this.with = compared(with);
    samples = latents.dim(0);
  }

  private float[] compared(Tensor output) {
    return denoiser.predictionType().compared(output, latents, level).toFloats();
  }

  /// J(c) of each sample.
  double[] whole() {
    return products(with, with);
  }

  /// J(o) of each sample.
  double[] objective(Tensor output) {
    float[] o = compared(output);
    return products(o, o);
  }

  /// ⟨o − u, c − u⟩ of each sample.
  double[] projection(Tensor output) {
    return products(compared(output), with);
  }

  /// ⟨a − u, b − u⟩ of each sample.
  private double[] products(float[] a, float[] b) {
    double[] out = new double[samples];
    int each = without.length / samples;
    for (int i = 0; i < without.length; i++) {
      out[i / each] += ((double) a[i] - without[i]) * ((double) b[i] - without[i]);
    }
    return out;
  }
}
