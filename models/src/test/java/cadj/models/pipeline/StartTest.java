package cadj.models.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.kernels.random.TorchGenerator;
import cadj.models.denoiser.Conditioning;
import cadj.models.files.ModelFiles;
import cadj.models.pipeline.TextToImage.Progress;
import cadj.models.pipeline.TextToImage.Settings;
import cadj.models.scheduler.Scheduler.Kind;
import cadj.models.scheduler.Scheduler.Noise;
import cadj.tensor.Tensor;
import cadj.tensor.golden.Golden;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Denoising from noised pictures and of a part of them, on the embedded model, against loops with
/// the samplers' formulas written out.
class StartTest {
  private static final double TOLERANCE = 1e-4;
  private static final int STEPS = 4;
  private static final double GUIDANCE = 3;

  private final TextToImage fashion = TextToImage.load(ModelFiles.open("fashion"));
  private final Tensor clean = noise(1);
  private final Tensor noise = noise(2);

  private Tensor noise(int seed) {
    return TextToImage.noise(fashion.latentShape(2), new TorchGenerator(seed));
  }

  private Conditioning text(String text) {
    return fashion.text().encode(Collections.nCopies(2, text), 32, 32);
  }

  private Tensor denoise(Start start, Kind kind) {
    return fashion.denoise(
        start,
        text("a photo of a bag"),
        text(""),
        new Settings(STEPS, GUIDANCE, kind),
        Noise.NONE,
        Progress.NONE);
  }

  /// uncond + s·(text − uncond), one picture and one text at a time.
  private double[] guided(double[] x, double t) {
    Tensor input = tensor(x);
    double[] bag = fashion.denoiser().forward(input, t, text("a photo of a bag")).toDoubles();
    double[] nothing = fashion.denoiser().forward(input, t, text("")).toDoubles();
    double[] out = new double[x.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = nothing[i] + GUIDANCE * (bag[i] - nothing[i]);
    }
    return out;
  }

  private Tensor tensor(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return Tensor.of(floats, clean.shape().toArray());
  }

  /// ᾱ of the scaled linear schedule.
  private static double alpha(double t) {
    double product = 1;
    for (int s = 0; s <= Math.max(t, 0); s++) {
      double root = Math.sqrt(0.00085) + (Math.sqrt(0.012) - Math.sqrt(0.00085)) * s / 999;
      product *= 1 - root * root;
    }
    return product;
  }

  private static final int[] LEADING = {751, 501, 251, 1};

  private double[] noised(double signal, double deviation) {
    double[] x0 = clean.toDoubles();
    double[] e = noise.toDoubles();
    double[] x = new double[x0.length];
    for (int i = 0; i < x.length; i++) {
      x[i] = signal * x0[i] + deviation * e[i];
    }
    return x;
  }

  private double[] noisedAt(int call) {
    double alpha = alpha(LEADING[call]);
    return noised(Math.sqrt(alpha), Math.sqrt(1 - alpha));
  }

  private void ddim(double[] x, int call) {
    double alpha = alpha(LEADING[call]);
    double to = alpha(LEADING[call] - 250);
    double[] e = guided(x, LEADING[call]);
    for (int i = 0; i < x.length; i++) {
      double x0 = (x[i] - Math.sqrt(1 - alpha) * e[i]) / Math.sqrt(alpha);
      x[i] = Math.sqrt(to) * x0 + Math.sqrt(1 - to) * e[i];
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 0", "0.99, 1", "0.5, 2", "0.25, 3"})
  void noisedPictures(double strength, int first) {
    double[] x = noisedAt(first);
    for (int call = first; call < STEPS; call++) {
      ddim(x, call);
    }
    Golden.assertClose(
        "strength " + strength,
        tensor(x),
        denoise(new ImageStart(clean, noise, strength), Kind.DDIM),
        TOLERANCE);
  }

  /// Latents are x₀ + σ·ε, inputs x/√(σ²+1).
  @Test
  void noisedPicturesWithEuler() {
    double[] sigmas = {sigma(999), sigma(666), sigma(333), sigma(0), 0};
    double[] x = noised(1, sigmas[2]);
    for (int call = 2; call < STEPS; call++) {
      double[] input = x.clone();
      for (int i = 0; i < x.length; i++) {
        input[i] /= Math.hypot(1, sigmas[call]);
      }
      double[] e = guided(input, 333 * (3 - call));
      for (int i = 0; i < x.length; i++) {
        x[i] += (sigmas[call + 1] - sigmas[call]) * e[i];
      }
    }
    Golden.assertClose(
        "euler", tensor(x), denoise(new ImageStart(clean, noise, 0.5), Kind.EULER), TOLERANCE);
  }

  private static double sigma(int t) {
    return Math.sqrt((1 - alpha(t)) / alpha(t));
  }

  @Test
  void aPartOfPictures() {
    int width = clean.dim(3);
    float[] mask = new float[clean.dim(2) * width];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = i % width < 3 ? 1 : 0;
    }
    double[] x = noise.toDoubles();
    for (int call = 0; call < STEPS; call++) {
      keep(x, noisedAt(call), mask);
      ddim(x, call);
    }
    keep(x, clean.toDoubles(), mask);
    Tensor drawn =
        denoise(
            new InpaintStart(clean, Tensor.of(mask, 1, 1, clean.dim(2), width), noise), Kind.DDIM);
    Golden.assertClose("inpainted", tensor(x), drawn, TOLERANCE);
  }

  private static void keep(double[] x, double[] known, float... mask) {
    for (int i = 0; i < x.length; i++) {
      if (mask[i % mask.length] == 0) {
        x[i] = known[i];
      }
    }
  }

  @Test
  void stepsTakenAreTold() {
    List<String> told = new ArrayList<>();
    fashion.denoise(
        new ImageStart(clean, noise, 0.5),
        text("a bag"),
        text(""),
        new Settings(STEPS, 1, Kind.DDIM),
        Noise.NONE,
        (done, all) -> told.add(done + "/" + all));
    assertEquals(List.of("1/2", "2/2"), told);
  }

  @ParameterizedTest
  @EnumSource(names = {"PNDM", "DPMPP_2M", "DPMPP_2M_KARRAS", "UNIPC"})
  void samplersWithAMemoryStartAtTheFirstStep(Kind kind) {
    assertSays(
        "cannot begin at a later step", () -> denoise(new ImageStart(clean, noise, 0.5), kind));
  }

  @Test
  void strengths() {
    assertSays("strength: expected more than 0 to 1", () -> new ImageStart(clean, noise, 0));
    assertSays("strength: expected more than 0 to 1", () -> new ImageStart(clean, noise, 1.1));
    assertSays("strength: expected more than 0", () -> new ImageStart(clean, noise, Double.NaN));
    assertSays(
        "0.2 of 4 steps is none", () -> denoise(new ImageStart(clean, noise, 0.2), Kind.DDIM));
  }

  private static void assertSays(String says, Runnable work) {
    String message = assertThrows(IllegalArgumentException.class, work::run).getMessage();
    assertTrue(message.contains(says), message);
  }
}
