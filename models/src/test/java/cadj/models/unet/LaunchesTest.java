package cadj.models.unet;

import static cadj.autograd.ops.Mul.mul;
import static cadj.autograd.ops.Sum.sum;
import static org.junit.jupiter.api.Assertions.assertEquals;

import cadj.autograd.graph.Tape;
import cadj.kernels.device.DType;
import cadj.models.denoiser.Conditioning;
import cadj.models.denoiser.Denoiser;
import cadj.models.denoiser.Sites;
import cadj.models.files.PublishedUNet;
import cadj.models.original.Family;
import cadj.tensor.Tensor;
import cadj.tensor.gpu.CountedGpu;
import cadj.tensor.gpu.Emulated;
import cadj.tensor.memory.Scope;
import cadj.tensor.shape.Shape;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// How many launches and library calls a pass of Stable Diffusion 1.4's UNet is, of its true size:
/// with libraries, and with the program's own kernels alone.
///
/// Each launch costs the host and the device some microseconds, whatever it does. Who brings a
/// number down writes the new one here.
class LaunchesTest {
  /// Two images, without a tape: a step of guided generation.
  @ParameterizedTest
  @CsvSource({"true,467", "false,559"})
  void forward(boolean libraries, int expected) {
    CountedGpu counted = gpu(libraries);
    Emulated.on(
        counted.gpu(),
        () -> {
          PublishedUNet unet = unet();
          Tensor latents = empty(Shape.of(2, 4, 64, 64));
          Conditioning text = unet.conditioning(2, 0, LaunchesTest::empty);
          Runnable forward =
              () -> Scope.run("forward", () -> unet.denoiser().forward(latents, 501, text));
          forward.run(); // filters are laid out and kept
          forward.run();
          counted.reset();
          forward.run();
          assertEquals(0, counted.waits(), "times that the host waited");
          assertCount(expected, counted);
          return null;
        });
  }

  /// One image with the gradients of all feed-forward weights, as a step of an attribution takes
  /// it.
  @ParameterizedTest
  @CsvSource({"true,1085", "false,1324"})
  void forwardAndBackward(boolean libraries, int expected) {
    CountedGpu counted = gpu(libraries);
    Emulated.on(
        counted.gpu(),
        () -> {
          PublishedUNet unet = unet();
          Denoiser denoiser = unet.denoiser();
          Tensor latents = empty(Shape.of(1, 4, 64, 64));
          Conditioning text = unet.conditioning(1, 0, LaunchesTest::empty);
          var watched = denoiser.parameters(List.of(Sites.FF)).values();
          List<Tensor> received = new ArrayList<>();
          Runnable step =
              () ->
                  Scope.run(
                      "step",
                      () ->
                          Tape.record(
                              watched,
                              tape -> {
                                Tensor y = denoiser.forward(latents, 501, text);
                                tape.backward(sum(mul(y, y)), (w, gradient) -> received.add(w));
                                return null;
                              }));
          step.run();
          step.run();
          received.clear();
          counted.reset();
          step.run();
          assertEquals(watched.size(), received.size());
          assertCount(expected, counted);
          return null;
        });
  }

  private static CountedGpu gpu(boolean libraries) {
    return libraries ? CountedGpu.withLibraries() : CountedGpu.plain();
  }

  private static void assertCount(int expected, CountedGpu counted) {
    SortedMap<String, Integer> counts = counted.counts();
    assertEquals(
        expected,
        counts.values().stream().mapToInt(n -> n).sum(),
        () ->
            counts.entrySet().stream()
                .sorted(Comparator.comparingInt(each -> -each.getValue()))
                .map(each -> "%6d %s%n".formatted(each.getValue(), each.getKey()))
                .collect(Collectors.joining("", "launches and calls by name:\n", "")));
  }

  private static PublishedUNet unet() {
    return PublishedUNet.of(Family.SD1, (key, shape) -> empty(shape));
  }

  private static Tensor empty(Shape shape) {
    return Tensor.empty(DType.F32, shape);
  }
}
