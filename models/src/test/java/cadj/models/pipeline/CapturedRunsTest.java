package cadj.models.pipeline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.kernels.device.Device;
import cadj.kernels.device.Gpu;
import cadj.kernels.random.TorchGenerator;
import cadj.models.denoiser.Conditioning;
import cadj.models.denoiser.Denoiser;
import cadj.models.denoiser.ForwardingDenoiser;
import cadj.models.denoiser.WatchedDriver;
import cadj.models.denoiser.WatchedDriver.Counts;
import cadj.models.files.ModelFiles;
import cadj.models.pipeline.TextToImage.Progress;
import cadj.models.pipeline.TextToImage.Settings;
import cadj.models.scheduler.Scheduler;
import cadj.models.scheduler.Scheduler.Noise;
import cadj.tensor.Tensor;
import cadj.tensor.golden.Golden;
import cadj.tensor.golden.GoldenTest;
import cadj.tensor.memory.Scope;
import cadj.tensor.shape.Shape;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Whole runs of every family on an emulated GPU, whose passes are recorded once and replayed: the
/// bits of runs launch by launch, and how often the host waits.
@GoldenTest
@Execution(ExecutionMode.CONCURRENT)
final class CapturedRunsTest {
  private static final int SIDE = 8;
  private static final List<String> PROMPTS = List.of("a photo of a bag", "a red cat");

  private final WatchedDriver driver = new WatchedDriver();
  private final Gpu gpu = new Gpu(driver);

  private <T> T on(Supplier<T> work) {
    return Device.with(gpu, work::get);
  }

  @Test
  void aPictureOfTheEmbeddedModel() {
    TextToImage model = on(() -> TextToImage.load(ModelFiles.open("fashion")));
    Settings settings = new Settings(5, 5, Scheduler.Kind.PNDM);
    assertSameBits(model, settings, 6, 1);
  }

  @ParameterizedTest
  @CsvSource({"sd1-tiny, 3", "sd2-tiny, 1", "sdxl-tiny, 3"})
  void picturesOfUNets(String folder, double guidance) {
    assertSameBits(model(folder), new Settings(4, guidance, Scheduler.Kind.DDIM), 4, 1);
  }

  /// The transformer with and without some blocks: a graph each.
  @Test
  void picturesOfTransformers() {
    SkipLayers skip = new SkipLayers(List.of(0), 2, 0, 0.9);
    Settings settings = new Settings(4, 3, Scheduler.Kind.FLOW_MATCH_EULER, 0, skip);
    assertSameBits(model("sd3-tiny"), settings, 4 + 3, 2);
  }

  private TextToImage model(String folder) {
    return on(
        () ->
            TextToImage.load(
                ModelFiles.open(Golden.require(folder + "/model_index.json").getParent())));
  }

  /// @param passes of the denoiser
  /// @param graphs of them
  private void assertSameBits(TextToImage model, Settings settings, int passes, int graphs) {
    TextToImage plain = model.withDenoiser(new Plain(model.denoiser()));
    float[] expected = latents(plain, settings);
    Counts launched = driver.counts();
    assertEquals(0, launched.captures());
    long before = gpu.pool().liveBytes();
    float[] actual = latents(model, settings);
    Counts counts = driver.counts();
    assertArrayEquals(expected, actual);
    assertEquals(graphs, counts.captures());
    assertEquals(passes - 2 * graphs, counts.replays(), "all but the first two of each");
    assertTrue(counts.launches() < launched.launches(), counts + " " + launched);
    assertEquals(before, gpu.pool().liveBytes(), "given back");
  }

  /// What is no network itself is never recorded.
  private static final class Plain extends ForwardingDenoiser {
    Plain(Denoiser denoiser) {
      super(denoiser);
    }

    @Override
    public Denoiser withoutBlocks(Collection<Integer> blocks) {
      return new Plain(super.withoutBlocks(blocks));
    }
  }

  private float[] latents(TextToImage model, Settings settings) {
    return on(
        () -> {
          float[][] out = new float[1][];
          Scope.run(
              "run",
              () -> {
                Shape shape = Shape.of(2, model.denoiser().latentForm().channels(), SIDE, SIDE);
                Tensor noise = TextToImage.noise(shape, new TorchGenerator(4));
                Conditioning prompt = model.text().encode(PROMPTS, 64, 64);
                Conditioning negative = model.text().encodeNegative(null, prompt, 64, 64);
                out[0] =
                    model
                        .denoise(noise, prompt, negative, settings, Noise.NONE, Progress.NONE)
                        .toFloats();
              });
          return out[0];
        });
  }
}
