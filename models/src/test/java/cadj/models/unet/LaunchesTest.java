package cadj.models.unet;

import static cadj.autograd.ops.Mul.mul;
import static cadj.autograd.ops.Sum.sum;

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
import java.util.List;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;

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

  @Test
  void withLibraries() {
    print("libraries", CountedGpu.withLibraries());
  }

  @Test
  void plain() {
    print("plain", CountedGpu.plain());
  }

  private static void print(String name, CountedGpu counted) {
    Emulated.on(
        counted.gpu(),
        () -> {
          UNet2DConditionModel unet = unet();
          Tensor latents = zeros(2, 4, 64, 64);
          Conditioning text = Conditioning.of(zeros(2, 77, 768));
          counted.take();
          Scope.run("forward", () -> unet.forward(latents, new float[] {501, 501}, text));
          print(name + " forward", counted.take());
          Tensor one = zeros(1, 4, 64, 64);
          Conditioning its = Conditioning.of(zeros(1, 77, 768));
          counted.take();
          var ff = unet.parameters(List.of(Sites.FF)).values();
          Scope.run(
              "step",
              () ->
                  Tape.record(
                      ff,
                      tape -> {
                        Tensor y = unet.forward(one, new float[] {501}, its);
                        print(name + " recorded forward", counted.take());
                        tape.backward(sum(mul(y, y)), (w, g) -> {});
                        return null;
                      }));
          print(name + " backward", counted.take());
          return null;
        });
  }

  private static void print(String what, SortedMap<String, Integer> counts) {
    System.out.println(what + ": " + counts.values().stream().mapToInt(n -> n).sum());
    counts.entrySet().stream()
        .sorted((a, b) -> b.getValue() - a.getValue())
        .forEach(e -> System.out.printf("%6d %s%n", e.getValue(), e.getKey()));
  }

  private static UNet2DConditionModel unet() {
    var json =
        JsonFile.parse(
            Path.of("config.json"), ByteBuffer.wrap(UNET.getBytes(StandardCharsets.UTF_8)));
    return new UNet2DConditionModel(
        Weights.of(new WeightRows((key, shape) -> Tensor.empty(DType.F32, shape))),
        UNetConfig.of(json),
        PredictionType.EPSILON);
  }

  private static Tensor zeros(int... dims) {
    return Tensor.empty(DType.F32, Shape.of(dims));
  }
}
