package cadj.models.pipeline;

import cadj.kernels.random.TorchGenerator;
import cadj.models.files.ModelFiles;
import cadj.models.vae.DiagonalGaussian;
import cadj.tensor.Tensor;
import cadj.tensor.golden.Golden;
import cadj.tensor.shape.Shape;
import org.junit.jupiter.api.Test;

/// Pictures to latents: scaled samples, (mean + e^(logvar/2)·noise)·scaling factor.
final class EncodeTest {
  @Test
  void encodesAsAPlainLoop() {
    TextToImage model = TextToImage.load(ModelFiles.open("fashion"));
    Tensor pictures = TextToImage.noise(Shape.of(2, 3, 32, 32), new TorchGenerator(1));
    Tensor noise = TextToImage.noise(model.latentShape(2), new TorchGenerator(2));
    DiagonalGaussian latents = model.vae().encode(pictures);
    double[] mean = latents.mean().toDoubles();
    double[] logvar = latents.logvar().toDoubles();
    double[] drawn = noise.toDoubles();
    float[] expected = new float[mean.length];
    for (int i = 0; i < mean.length; i++) {
      double sample = mean[i] + Math.exp(logvar[i] / 2) * drawn[i];
      expected[i] = (float) (sample * model.vae().config().scalingFactor());
    }
    Golden.assertClose(
        "latents",
        Tensor.of(expected, noise.shape().toArray()),
        model.encode(pictures, noise),
        1e-6);
  }
}
