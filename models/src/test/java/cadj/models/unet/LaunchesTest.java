package cadj.models.unet;

import static cadj.autograd.ops.Mul.mul;
import static cadj.autograd.ops.Sum.sum;
import static org.junit.jupiter.api.Assertions.assertEquals;

import cadj.autograd.graph.Tape;
import cadj.autograd.nn.WeightRows;
import cadj.autograd.nn.Weights;
import cadj.kernels.device.DType;
import cadj.models.denoiser.Conditioning;
import cadj.models.denoiser.Sites;
import cadj.models.scheduler.PredictionType;
import cadj.tensor.Tensor;
import cadj.tensor.gpu.CountedGpu;
import cadj.tensor.gpu.Emulated;
import cadj.tensor.json.JsonFile;
import cadj.tensor.memory.Scope;
import cadj.tensor.shape.Shape;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// How many launches and library calls a pass of Stable Diffusion 1.4's UNet is, of its true size.
class LaunchesTest {
  private static final String UNET =
      """
      {
        "block_out_channels": [320, 640, 1280, 1280],
        "down_block_types": [
          "CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"
        ],
        "up_block_types": [
          "UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D"
        ],
        "layers_per_block": 2,
        "attention_head_dim": 8,
        "cross_attention_dim": 768,
        "norm_num_groups": 32,
        "sample_size": 64,
        "in_channels": 4,
        "out_channels": 4
      }
      """;

  /// Two images, without a tape: a step of guided generation.
  @ParameterizedTest
  @CsvSource({"true,0", "false,0"})
  void forward(boolean libraries, int expected) {
    CountedGpu counted = gpu(libraries);
    Emulated.on(
        counted.gpu(),
        () -> {
          UNet2DConditionModel unet = unet();
          Tensor latents = empty(2, 4, 64, 64);
          Conditioning text = Conditioning.of(empty(2, 77, 768));
          counted.reset();
          Scope.run("forward", () -> unet.forward(latents, new float[] {501, 501}, text));
          assertEquals(0, counted.waits(), "times that the host waited");
          assertCount(expected, counted);
          return null;
        });
  }

  /// One image with the gradients of all feed-forward weights, as a step of an attribution takes
  /// it.
  @ParameterizedTest
  @CsvSource({"true,0", "false,0"})
  void forwardAndBackward(boolean libraries, int expected) {
    CountedGpu counted = gpu(libraries);
    Emulated.on(
        counted.gpu(),
        () -> {
          UNet2DConditionModel unet = unet();
          Tensor latents = empty(1, 4, 64, 64);
          Conditioning text = Conditioning.of(empty(1, 77, 768));
          var watched = unet.parameters(List.of(Sites.FF)).values();
          List<Tensor> received = new ArrayList<>();
          counted.reset();
          Scope.run(
              "step",
              () ->
                  Tape.record(
                      watched,
                      tape -> {
                        Tensor y = unet.forward(latents, new float[] {501}, text);
                        tape.backward(sum(mul(y, y)), (w, gradient) -> received.add(w));
                        return null;
                      }));
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

  private static UNet2DConditionModel unet() {
    var json =
        JsonFile.parse(
            Path.of("config.json"), ByteBuffer.wrap(UNET.getBytes(StandardCharsets.UTF_8)));
    return new UNet2DConditionModel(
        Weights.of(new WeightRows(
                (key, shape) -> Tensor.empty(DType.F32, shape), (keys, all) -> all.onCurrentDevice())),
        UNetConfig.of(json),
        PredictionType.EPSILON);
  }

  private static Tensor empty(int... dims) {
    return Tensor.empty(DType.F32, Shape.of(dims));
  }
}
