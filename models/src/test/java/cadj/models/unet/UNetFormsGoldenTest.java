package cadj.models.unet;

import static java.nio.charset.StandardCharsets.UTF_8;

import cadj.autograd.nn.Weights;
import cadj.models.denoiser.Conditioning;
import cadj.models.scheduler.PredictionType;
import cadj.tensor.Tensor;
import cadj.tensor.golden.Golden;
import cadj.tensor.golden.GoldenTest;
import cadj.tensor.json.JsonFile;
import cadj.tensor.json.JsonObject;
import cadj.tensor.safetensors.SafetensorsFile;
import cadj.tensor.shape.Shape;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Outputs of diffusers' UNets whose configurations have unusual forms: lists for numbers, pruned
/// blocks, keys that change nothing.
///
/// The file holds outputs at t = 501, and each configuration as metadata. Weights and inputs come
/// from a formula, the value at flat index i of a tensor called `name`:
///
/// ```
/// u = ((i·7919 + seed·104729) mod 10007)/10007 − ½,   seed = 31·Σ bytes of name + its length
/// weight = u·3.4/√(fan in),  bias = u/5,  scale of a norm = 1 + u/5,  input = 3u
/// ```
@GoldenTest
final class UNetFormsGoldenTest {
  private static final String FILE = "unet-forms/outputs.safetensors";
  private static final double TOLERANCE = 2e-5;

  static Stream<String> forms() {
    try (SafetensorsFile golden = Golden.open(FILE)) {
      return List.copyOf(golden.names()).stream();
    }
  }

  @ParameterizedTest
  @MethodSource("forms")
  void outputs(String form) {
    try (SafetensorsFile golden = Golden.open(FILE)) {
      ByteBuffer config = ByteBuffer.wrap(golden.metadata(form).getBytes(UTF_8));
      JsonObject json = JsonFile.parse(golden.path(), config);
      UNet2DConditionModel unet =
          new UNet2DConditionModel(
              Weights.of(UNetFormsGoldenTest::weight), UNetConfig.of(json), PredictionType.EPSILON);
      Tensor latents = values("latents", Shape.of(1, 4, 8, 8), 3, 0);
      Tensor text = values("encoder_hidden_states", Shape.of(1, 5, 12), 3, 0);
      Tensor actual = unet.forward(latents, new float[] {501}, Conditioning.of(text));
      Golden.assertClose(form, golden.tensor(form), actual, TOLERANCE);
      Golden.count(1);
    }
  }

  private static Tensor weight(String name, Shape shape) {
    if (shape.rank() == 1) {
      boolean scale = name.contains("norm") && name.endsWith("weight");
      return values(name, shape, 0.2, scale ? 1 : 0);
    }
    double fanIn = (double) shape.elements() / shape.dim(0);
    return values(name, shape, 3.4 / Math.sqrt(fanIn), 0);
  }

  private static Tensor values(String name, Shape shape, double factor, double offset) {
    long seed = name.length();
    for (byte b : name.getBytes(UTF_8)) {
      seed += 31L * b;
    }
    float[] out = new float[shape.elements()];
    for (int i = 0; i < out.length; i++) {
      double u = (i * 7919L + seed * 104729L) % 10007 / 10007.0 - 0.5;
      out[i] = (float) (u * factor + offset);
    }
    return Tensor.of(out, shape.toArray());
  }
}
