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
import java.util.function.Supplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a recording counts for denoisers of published sizes, operation by operation, is what
/// follows from their parameters.
class RecordedFlopTest {
  private static final Set<String> PRODUCTS = Set.of("linear", "conv2d", "attention", "matmul");

  @ParameterizedTest
  @CsvSource({"64,1", "32,2"})
  void isTheAnalyticCount(int side, int batch) {
    Denoiser unet = StableDiffusion.shapes();
    Conditioning text =
        Conditioning.of(zeros(batch, StableDiffusion.TEXT_TOKENS, StableDiffusion.TEXT_WIDTH));
    double flop = recorded(() -> unet.forward(zeros(batch, 4, side, side), 501, text));
    assertEquals(batch * UNetFlop.forward(side), flop);
  }

  @ParameterizedTest
  @CsvSource({"64,1", "32,2"})
  void ofStableDiffusion3(int side, int batch) {
    Denoiser transformer = StableDiffusion3.shapes();
    Conditioning text =
        new Conditioning(
            zeros(batch, StableDiffusion3.TEXT_TOKENS, 4096), zeros(batch, 2048), null);
    double flop = recorded(() -> transformer.forward(zeros(batch, 16, side, side), 501, text));
    assertEquals(batch * SD3Flop.forward(side), flop);
  }

  private static double recorded(Supplier<Tensor> forward) {
    List<RunProfile> runs = new ArrayList<>();
    DryRun.of(() -> runs.add(Profiler.record(forward).profile()));
    double flop = 0;
    for (Slice slice : runs.getFirst().slices()) {
      if (slice.kind() == Kind.OPERATION
          && PRODUCTS.contains(slice.name())
          && slice.work() != null) {
        flop += slice.work().flops();
      }
    }
    return flop;
  }

  private static Tensor zeros(int... dims) {
    return Tensor.scalar(0).expand(Shape.of(dims));
  }
}
