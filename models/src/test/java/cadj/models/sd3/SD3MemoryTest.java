package cadj.models.sd3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.autograd.graph.Tape;
import cadj.autograd.nn.Weights;
import cadj.autograd.ops.MseLoss;
import cadj.kernels.device.DType;
import cadj.models.denoiser.Conditioning;
import cadj.models.scheduler.PredictionType;
import cadj.tensor.Tensor;
import cadj.tensor.golden.GoldenTest;
import cadj.tensor.memory.BufferPool;
import cadj.tensor.memory.DryRun;
import cadj.tensor.memory.Scope;
import cadj.tensor.shape.Shape;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What a dry run foretells, against what runs take; and what it foretells of SD3.5-medium.
@GoldenTest
@Isolated
final class SD3MemoryTest {
  private static final String TRANSFORMERS = "cadj.models.sd3.RecordedTransformer#all";
  private static final float[] TIMES = {501, 501};

  private static final SD3TransformerConfig SD35_MEDIUM =
      new SD3TransformerConfig(
          128,
          2,
          16,
          16,
          24,
          64,
          24,
          4096,
          2048,
          384,
          IntStream.rangeClosed(0, 12).boxed().collect(Collectors.toSet()),
          true);

  private static SD3Transformer2DModel hollow(SD3TransformerConfig config) {
    return new SD3Transformer2DModel(
        Weights.of((key, shape) -> Tensor.scalar(0).expand(shape)), config, PredictionType.FLOW);
  }

  private static DryRun.Memory foretold(SD3TransformerConfig config, int side, int tokens) {
    SD3Transformer2DModel hollow = hollow(config);
    return DryRun.of(
        () ->
            hollow.forward(
                Tensor.empty(DType.F32, Shape.of(2, 16, side, side)),
                TIMES,
                new Conditioning(
                    Tensor.empty(DType.F32, Shape.of(2, tokens, config.jointAttentionDim())),
                    Tensor.empty(DType.F32, Shape.of(2, config.pooledProjectionDim())),
                    null)));
  }

  @ParameterizedTest
  @MethodSource(TRANSFORMERS)
  void denoising(RecordedTransformer recorded) {
    SD3Transformer2DModel model = recorded.model();
    Tensor x = zeros(2, 16, 24, 24);
    Conditioning text = new Conditioning(zeros(2, 93, 64), zeros(2, 44), null);
    long measured = peak(() -> model.forward(x, TIMES, text));
    long foretold = foretold(recorded.config(), 24, 93).peakBytes();
    assertBetween(0.9, 1.15, foretold, measured);
  }

  /// With all blocks computed again: their inputs, and one block with all it makes. A tape keeps
  /// less of it: not the queries, keys and values before they are joined, nor products before they
  /// are added.
  @ParameterizedTest
  @MethodSource(TRANSFORMERS)
  void sparingGradients(RecordedTransformer recorded) {
    SD3Transformer2DModel model = recorded.model();
    Tensor x = zeros(2, 16, 24, 24);
    Conditioning text = new Conditioning(zeros(2, 93, 64), zeros(2, 44), null);
    List<Tensor> watched = List.copyOf(model.parameters().values());
    long measured =
        peak(
            () ->
                Tape.within(
                    0,
                    () ->
                        Tape.record(
                            watched,
                            tape -> {
                              tape.backward(
                                  MseLoss.mseLoss(model.forward(x, TIMES, text), x),
                                  (w, gradient) -> {});
                              return true;
                            })));
    DryRun.Memory work = foretold(recorded.config(), 24, 93);
    assertBetween(1, 1.3, work.peakBytes() + work.largestBlock(), measured);
  }

  private static void assertBetween(double least, double most, long foretold, long measured) {
    assertTrue(
        foretold > least * measured && foretold < most * measured,
        () -> "foretold %,d bytes, took %,d".formatted(foretold, measured));
  }

  private static Tensor zeros(int... dims) {
    return Tensor.full(DType.F32, Shape.of(dims), 0);
  }

  private static long peak(Runnable work) {
    long before = BufferPool.shared().liveBytes();
    BufferPool.shared().resetPeak();
    Scope.run("run", work);
    return BufferPool.shared().peakBytes() - before;
  }

  /// Two samples of 1024×1024 pixels, T5's 256 tokens behind CLIP's 77: in tensors of the size of
  /// the image's tokens, of which the feed-forward layer alone has eight.
  @Test
  void ofTrueSize() {
    long parameters =
        hollow(SD35_MEDIUM).parameters().values().stream().mapToLong(Tensor::elements).sum();
    assertEquals(2_243_171_520L, parameters);
    DryRun.Memory memory = foretold(SD35_MEDIUM, 128, 333);
    long image = 2L * 64 * 64 * 1536 * Float.BYTES;
    assertBetween(12, 15, memory.peakBytes(), image);
    assertBetween(40, 46, memory.largestBlock(), image);
  }
}
