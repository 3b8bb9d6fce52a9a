package cadj.models.golden;

import static cadj.autograd.ops.Pointwise.silu;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.autograd.golden.LayerCase;
import cadj.autograd.nn.Weights;
import cadj.kernels.device.DType;
import cadj.models.blocks.ResnetBlock2D;
import cadj.models.blocks.Timesteps;
import cadj.models.clip.ClipActivation;
import cadj.models.clip.ClipEncoderLayer;
import cadj.models.clip.ClipLayersConfig;
import cadj.models.unet.BasicTransformerBlock;
import cadj.models.unet.FeedForward;
import cadj.models.unet.Transformer2DModel;
import cadj.models.vae.VaeAttention;
import cadj.tensor.Tensor;
import cadj.tensor.golden.GoldenTest;
import cadj.tensor.gpu.Emulated;
import cadj.tensor.json.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Outputs and gradients, those of every parameter too, of the blocks that models are built of,
/// against diffusers' and transformers'.
///
/// With autograd's `LayersGoldenTest`, which takes the other cases, this covers the whole index.
@GoldenTest
class BlocksGoldenTest {
  private static final float LAYER_NORM_EPS = 1e-5f;
  private static final String PARAMETER = "param.";

  static Stream<LayerCase> blocks() {
    return LayerCase.all().stream()
        .filter(layer -> layer.isOfModels() && !layer.op().equals("timestep_embedding"));
  }

  static Stream<LayerCase> timesteps() {
    return LayerCase.all().stream().filter(layer -> layer.op().equals("timestep_embedding"));
  }

  @ParameterizedTest
  @MethodSource("blocks")
  void singlePrecision(LayerCase block) {
    block.check(DType.F32, () -> List.of(output(block)));
  }

  @ParameterizedTest
  @MethodSource("blocks")
  void onTheGpu(LayerCase block) {
    Emulated.run(
        () -> {
          block.check(DType.F32, () -> List.of(output(block)));
          return block;
        });
  }

  /// A dozen products follow one another.
  @ParameterizedTest
  @MethodSource("blocks")
  void onTheGpuRounded(LayerCase block) {
    block.checkRounded(0x1p-8, 0x1p-4, () -> List.of(output(block)));
  }

  @ParameterizedTest
  @MethodSource("blocks")
  void doublePrecision(LayerCase block) {
    block.check(DType.F64, () -> List.of(output(block)));
  }

  /// PyTorch's own exp is a few units off in wide embeddings, and t multiplies that.
  @ParameterizedTest
  @MethodSource("timesteps")
  void timeSteps(LayerCase embedding) {
    JsonObject attributes = embedding.attributes();
    int dim = attributes.integer("dim");
    Timesteps timesteps =
        new Timesteps(
            dim, attributes.bool("flip_sin_to_cos"), attributes.number("downscale_freq_shift"));
    embedding.check(
        DType.F32,
        dim < 128 ? 1e-6 : 1e-4,
        () -> List.of(timesteps.embed(embedding.get("timesteps").toFloats())));
  }

  @Test
  void everyCaseOfTheIndexIsTaken() {
    long here = blocks().count() + timesteps().count();
    long operations = LayerCase.all().stream().filter(layer -> !layer.isOfModels()).count();
    System.out.printf("golden blocks: %d cases here, %d with autograd%n", here, operations);
    assertTrue(here > 0, "no case of models");
    assertEquals(LayerCase.all().size(), here + operations);
  }

  private static Tensor output(LayerCase c) {
    JsonObject attributes = c.attributes();
    return switch (c.op()) {
      case "basic_transformer_block" ->
          new BasicTransformerBlock(
                  weights(c),
                  attributes.integer("dim"),
                  attributes.integer("cross_dim"),
                  attributes.integer("heads"))
              .forward(c.get("hidden_states"), c.get("encoder_hidden_states"));
      case "clip_encoder_layer" ->
          new ClipEncoderLayer(weights(c), layersConfig(c), attributes.bool("causal"))
              .forward(c.get("hidden_states"));
      case "feed_forward_geglu" ->
          new FeedForward(weights(c), attributes.integer("dim"))
              .forward(c.get("hidden_states"), null);
      case "resnet_block" -> resnetBlock(c, attributes);
      case "transformer_2d" ->
          new Transformer2DModel(
                  weights(c),
                  attributes.integer("channels"),
                  attributes.integer("cross_dim"),
                  attributes.integer("heads"),
                  attributes.integer("layers"),
                  attributes.bool("use_linear_projection"),
                  attributes.integer("groups"))
              .forward(c.get("hidden_states"), c.get("encoder_hidden_states"));
      case "vae_attention" ->
          new VaeAttention(
                  weights(c),
                  attributes.integer("channels"),
                  attributes.integer("groups"),
                  (float) attributes.number("eps"))
              .forward(c.get("hidden_states"));
      default -> throw new AssertionError("unknown block %s: add it here".formatted(c.op()));
    };
  }

  private static Tensor resnetBlock(LayerCase c, JsonObject attributes) {
    ResnetBlock2D block =
        new ResnetBlock2D(
            weights(c),
            attributes.integer("in_channels"),
            attributes.integer("out_channels"),
            attributes.integerOr("temb_channels", 0),
            attributes.integer("groups"),
            (float) attributes.number("eps"));
    Tensor x = c.get("input_tensor");
    return c.has("temb") ? block.forward(x, silu(c.get("temb"))) : block.forward(x);
  }

  private static ClipLayersConfig layersConfig(LayerCase c) {
    return new ClipLayersConfig(
        c.attributes().integer("hidden"),
        c.get(PARAMETER + "mlp.fc1.weight").dim(0),
        1,
        c.attributes().integer("heads"),
        LAYER_NORM_EPS,
        ClipActivation.valueOf(c.attributes().string("act").toUpperCase(Locale.ROOT)));
  }

  /// The case's parameters by the names that the block asks for.
  private static Weights weights(LayerCase c) {
    Map<String, Tensor> parameters = new TreeMap<>();
    for (String name : c.inputs()) {
      if (name.startsWith(PARAMETER)) {
        parameters.put(name.substring(PARAMETER.length()), c.get(name));
      }
    }
    return Weights.of(parameters);
  }
}
