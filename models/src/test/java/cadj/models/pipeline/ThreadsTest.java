package cadj.models.pipeline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;

import cadj.autograd.graph.Gradients;
import cadj.autograd.graph.Tape;
import cadj.autograd.ops.MseLoss;
import cadj.kernels.device.Cpu;
import cadj.kernels.device.Device;
import cadj.kernels.random.TorchGenerator;
import cadj.models.denoiser.Conditioning;
import cadj.models.files.ModelFiles;
import cadj.models.pipeline.TextToImage.Progress;
import cadj.models.pipeline.TextToImage.Settings;
import cadj.models.scheduler.Scheduler;
import cadj.models.scheduler.Scheduler.Noise;
import cadj.models.vae.DiagonalGaussian;
import cadj.tensor.Tensor;
import cadj.tensor.shape.Shape;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The same bits from any number of threads, and from run to run: a generation, the autoencoder,
/// and the gradient of every parameter of the denoiser.
final class ThreadsTest {
  private static final List<String> PROMPTS = List.of("a photo of a sneaker", "a neon sign");

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void generation(int threads) {
    assertSameBits(
        threads,
        model -> {
          Tensor start = noise(PROMPTS.size(), model.denoiser().latentForm().channels(), 24, 16);
          Settings settings = new Settings(3, 4, Scheduler.Kind.PNDM);
          return Map.of(
              "pictures", model.draw(PROMPTS, null, start, settings, Noise.NONE, Progress.NONE));
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void autoencoder(int threads) {
    assertSameBits(
        threads,
        model -> {
          DiagonalGaussian latents = model.vae().encode(noise(2, 3, 76, 68));
          return Map.of(
              "mean", latents.mean(),
              "logvar", latents.logvar(),
              "decoded", model.decode(latents.mean()));
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void gradients(int threads) {
    assertSameBits(threads, ThreadsTest::gradients);
  }

  private static Map<String, Tensor> gradients(TextToImage model) {
    SequencedMap<String, Tensor> parameters = model.denoiser().parameters();
    Tensor latents = noise(PROMPTS.size(), model.denoiser().latentForm().channels(), 24, 16);
    Conditioning text = model.text().encode(PROMPTS, 0, 0);
    Gradients gradients =
        Tape.record(
            parameters.values(),
            tape ->
                tape.backward(
                    MseLoss.mseLoss(model.denoiser().forward(latents, 501, text), latents)));
    Map<String, Tensor> byName = new TreeMap<>();
    parameters.forEach((name, parameter) -> byName.put(name, gradients.of(parameter)));
    return byName;
  }

  private static Tensor noise(int... dims) {
    return TextToImage.noise(Shape.of(dims), new TorchGenerator(7));
  }

  private static void assertSameBits(int threads, Function<TextToImage, Map<String, Tensor>> work) {
    Map<String, float[]> expected = run(1, work);
    Map<String, float[]> actual = run(threads, work);
    assertFalse(expected.isEmpty());
    assertEquals(expected.keySet(), actual.keySet());
    expected.forEach(
        (name, values) ->
            assertArrayEquals(
                values, actual.get(name), "%s with %d threads".formatted(name, threads)));
  }

  /// Runs `work` with the embedded model on a processor of its own.
  private static Map<String, float[]> run(
      int threads, Function<TextToImage, Map<String, Tensor>> work) {
    Cpu cpu = new Cpu(threads);
    return Device.with(
        cpu,
        () -> {
          Map<String, float[]> values = new TreeMap<>();
          work.apply(TextToImage.load(ModelFiles.open("fashion")))
              .forEach(
                  (name, tensor) -> {
                    assertSame(cpu, tensor.device(), name);
                    values.put(name, tensor.toFloats());
                  });
          return values;
        });
  }
}
