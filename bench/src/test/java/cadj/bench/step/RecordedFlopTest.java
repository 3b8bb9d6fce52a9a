package cadj.bench.step;

import static org.junit.jupiter.api.Assertions.assertEquals;

import cadj.kernels.profiler.Profiler;
import cadj.kernels.record.Kind;
import cadj.kernels.record.RunProfile;
import cadj.kernels.record.Slice;
import cadj.models.denoiser.Conditioning;
import cadj.models.denoiser.Denoiser;
import cadj.tensor.Tensor;
import cadj.tensor.memory.DryRun;
import cadj.tensor.shape.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a recording counts for the UNet of Stable Diffusion 1.4's size, operation by operation, is
/// what follows from its parameters.
class RecordedFlopTest {
  private static final Set<String> PRODUCTS = Set.of("linear", "conv2d", "attention", "matmul");

  @ParameterizedTest
  @CsvSource({"64,1", "32,2"})
  void isTheAnalyticCount(int side, int batch) {
    Denoiser unet = StableDiffusion.shapes();
    List<RunProfile> runs = new ArrayList<>();
    DryRun.of(
        () ->
            runs.add(
                Profiler.record(
                        () ->
                            unet.forward(
                                zeros(batch, 4, side, side),
                                501,
                                Conditioning.of(
                                    zeros(
                                        batch,
                                        StableDiffusion.TEXT_TOKENS,
                                        StableDiffusion.TEXT_WIDTH))))
                    .profile()));
    double flop = 0;
    for (Slice slice : runs.getFirst().slices()) {
      if (slice.kind() == Kind.OPERATION
          && PRODUCTS.contains(slice.name())
          && slice.work() != null) {
        flop += slice.work().flops();
      }
    }
    assertEquals(batch * UNetFlop.forward(side), flop);
  }

  private static Tensor zeros(int... dims) {
    return Tensor.scalar(0).expand(Shape.of(dims));
  }
}
