package cadj.models.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.autograd.graph.Tape;
import cadj.kernels.device.Device;
import cadj.kernels.device.Gpu;
import cadj.kernels.random.TorchGenerator;
import cadj.models.denoiser.Conditioning;
import cadj.models.denoiser.WatchedDriver;
import cadj.models.denoiser.WatchedDriver.Counts;
import cadj.models.files.ModelFiles;
import cadj.tensor.Tensor;
import cadj.tensor.golden.Golden;
import cadj.tensor.golden.GoldenTest;
import cadj.tensor.memory.Scope;
import cadj.tensor.shape.Shape;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// No forward pass of any family makes the host wait for the device, with a tape or without one.
@GoldenTest
final class HostWaitsTest {
  private static final List<String> PROMPTS = List.of("a photo of a bag", "a red cat");

  private final WatchedDriver driver = new WatchedDriver();

  private void assertNoWaits(String what, Runnable work) {
    driver.counts();
    Scope.run(what, work);
    Counts counts = driver.counts();
    assertTrue(counts.launches() > 0, what);
    assertEquals(0, counts.waits(), what);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sd1-tiny", "sd2-tiny", "sdxl-tiny", "sd3-tiny"})
  void noPassWaits(String folder) {
    Device.with(
        new Gpu(driver),
        () -> {
          TextToImage model =
              TextToImage.load(
                  ModelFiles.open(Golden.require(folder + "/model_index.json").getParent()));
          Conditioning prompt = model.text().encode(PROMPTS, 64, 64);
          assertNoWaits("text encoders", () -> model.text().encode(PROMPTS, 64, 64));
          Shape shape = Shape.of(2, model.denoiser().latentForm().channels(), 8, 8);
          Tensor latents = TextToImage.noise(shape, new TorchGenerator(1));
          Runnable pass = () -> model.denoiser().forward(latents, new float[] {7, 801}, prompt);
          assertNoWaits("denoiser", pass);
          assertNoWaits("vae, decode", () -> model.vae().decode(latents));
          Tensor pictures = TextToImage.noise(Shape.of(1, 3, 32, 32), new TorchGenerator(1));
          assertNoWaits("vae, encode", () -> model.vae().encode(pictures));
          Tensor weight = model.denoiser().parameters().firstEntry().getValue();
          assertNoWaits(
              "denoiser under a tape",
              () ->
                  Tape.record(
                      List.of(weight),
                      tape -> {
                        pass.run();
                        return weight;
                      }));
          return model;
        });
    Golden.count(1);
  }
}
