package cadj.autograd.golden;

import static cadj.autograd.ops.Add.add;
import static cadj.autograd.ops.Attention.attention;
import static cadj.autograd.ops.Attention.scaledDotProductAttention;
import static cadj.autograd.ops.Cat.cat;
import static cadj.autograd.ops.Chunk.chunk;
import static cadj.autograd.ops.Conv2d.conv2d;
import static cadj.autograd.ops.Embedding.embedding;
import static cadj.autograd.ops.Geglu.geglu;
import static cadj.autograd.ops.GroupNorm.groupNorm;
import static cadj.autograd.ops.LayerNorm.layerNorm;
import static cadj.autograd.ops.Linear.linear;
import static cadj.autograd.ops.MatMul.matmul;
import static cadj.autograd.ops.MseLoss.mseLoss;
import static cadj.autograd.ops.MseLoss.sumSquaredDifference;
import static cadj.autograd.ops.Mul.mul;
import static cadj.autograd.ops.Permute.permute;
import static cadj.autograd.ops.Pointwise.gelu;
import static cadj.autograd.ops.Pointwise.quickGelu;
import static cadj.autograd.ops.Pointwise.sigmoid;
import static cadj.autograd.ops.Pointwise.silu;
import static cadj.autograd.ops.Reshape.reshape;
import static cadj.autograd.ops.Slice.slice;
import static cadj.autograd.ops.Softmax.softmax;
import static cadj.autograd.ops.UpsampleNearest.upsampleNearest;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.autograd.ops.Conv2d.Window;
import cadj.kernels.device.DType;
import cadj.tensor.Tensor;
import cadj.tensor.golden.GoldenTest;
import cadj.tensor.gpu.Emulated;
import cadj.tensor.json.JsonObject;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Outputs and gradients of single operations and small modules against PyTorch's, in single
/// precision (the fast kernels) and in double (the reference kernels).
@GoldenTest
final class LayersGoldenTest {
  static Stream<LayerCase> cases() {
    return LayerCase.all().stream().filter(layer -> !layer.isOfModels());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void singlePrecision(LayerCase layer) {
    layer.check(DType.F32, () -> outputs(layer));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void onTheGpu(LayerCase layer) {
    Emulated.run(
        () -> {
          layer.check(DType.F32, () -> outputs(layer));
          return layer;
        });
  }

  /// A few products follow one another.
  @ParameterizedTest
  @MethodSource("cases")
  void onTheGpuRounded(LayerCase layer) {
    layer.checkRounded(0x1p-9, 0x1p-6, () -> outputs(layer));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void doublePrecision(LayerCase layer) {
    layer.check(DType.F64, () -> outputs(layer));
  }

  @Test
  void everyCaseHasItsPlace() {
    long here = cases().count();
    int all = LayerCase.all().size();
    System.out.printf("golden layers: %d cases here, %d with the models%n", here, all - here);
    assertTrue(here > 0, "none of %d".formatted(all));
  }

  private static List<Tensor> outputs(LayerCase layer) {
    JsonObject attributes = layer.attributes();
    if (layer.op().equals("chunk")) {
      return chunk(layer.get("x"), attributes.integer("chunks"), attributes.integer("dim"));
    }
    return List.of(output(layer, attributes));
  }

  private static Tensor output(LayerCase c, JsonObject attributes) {
    return switch (c.op()) {
      case "attention_module" -> attentionModule(c);
      case "broadcast_add_nc11" -> {
        Tensor t = c.get("t");
        yield add(c.get("x"), reshape(t, t.dim(0), t.dim(1), 1, 1));
      }
      case "broadcast_mul" -> mul(c.get("x"), c.get("t"));
      case "cat" -> concatenation(c);
      case "conv2d" -> {
        int padding = attributes.integer("padding");
        int more = padding + attributes.integer("pad_right_bottom");
        Window window =
            Window.asymmetric(attributes.integer("stride"), padding, padding, more, more);
        yield conv2d(c.get("x"), c.get("weight"), optional(c, "bias"), window);
      }
      case "detached_difference" -> {
        Tensor n = c.get("n");
        yield sumSquaredDifference(slice(n, 0, 0, 1), n.slice(0, 1, 2));
      }
      case "downsample2d_module" -> {
        // Padding 0 stands for one row and column of zeros at the right and bottom only.
        int padding = attributes.integer("padding");
        Window window = Window.asymmetric(2, padding, padding, 1, 1);
        yield conv2d(
            c.get("hidden_states"),
            c.get("param.Conv2d_0.weight"),
            c.get("param.Conv2d_0.bias"),
            window);
      }
      case "embedding" -> embedding(c.get("idx"), c.get("weight"));
      case "geglu_gate" -> geglu(c.get("x"));
      case "geglu_module" -> geglu(layer(c, "proj", c.get("hidden_states")));
      case "gelu_erf" -> gelu(c.get("x"));
      case "group_norm" ->
          groupNorm(
              c.get("x"),
              attributes.integer("groups"),
              c.get("weight"),
              c.get("bias"),
              (float) attributes.number("eps"));
      case "layer_norm" ->
          layerNorm(c.get("x"), c.get("weight"), c.get("bias"), (float) attributes.number("eps"));
      case "linear" -> linear(c.get("x"), c.get("weight"), optional(c, "bias"));
      case "matmul" -> matmul(c.get("a"), c.get("b"));
      case "mse_mean" -> mseLoss(c.get("a"), c.get("b"));
      case "permute_nhwc_tokens" -> {
        Tensor x = c.get("x");
        yield reshape(permute(x, 0, 2, 3, 1), x.dim(0), x.dim(2) * x.dim(3), x.dim(1));
      }
      case "quick_gelu" -> quickGelu(c.get("x"));
      case "sdpa" ->
          scaledDotProductAttention(
              c.get("q"),
              c.get("k"),
              c.get("v"),
              attributes.bool("causal"),
              (float) attributes.number("scale"));
      case "sigmoid" -> sigmoid(c.get("x"));
      case "silu" -> silu(c.get("x"));
      case "softmax" -> softmax(c.get("x"), attributes.integer("dim"));
      case "sum_squared_difference" -> sumSquaredDifference(c.get("a"), c.get("b"));
      case "timestep_mlp" -> layer(c, "linear_2", silu(layer(c, "linear_1", c.get("sample"))));
      case "upsample2d_module" ->
          conv2d(
              doubled(c.get("hidden_states")),
              c.get("param.conv.weight"),
              c.get("param.conv.bias"),
              Window.same(1));
      case "upsample_nearest2x" -> doubled(c.get("x"));
      case "upsample_nearest_size" -> {
        int[] size = attributes.intList("size");
        yield upsampleNearest(c.get("x"), size[0], size[1]);
      }
      default -> throw new AssertionError("unknown layer %s: add it here".formatted(c.op()));
    };
  }

  private static @Nullable Tensor optional(LayerCase c, String name) {
    return c.has(name) ? c.get(name) : null;
  }

  /// The linear layer of parameters `param.<key>.…`.
  private static Tensor layer(LayerCase c, String key, Tensor x) {
    return linear(
        x, c.get("param.%s.weight".formatted(key)), optional(c, "param.%s.bias".formatted(key)));
  }

  private static Tensor doubled(Tensor x) {
    return upsampleNearest(x, 2 * x.dim(2), 2 * x.dim(3));
  }

  private static Tensor attentionModule(LayerCase c) {
    Tensor x = c.get("hidden_states");
    Tensor context = c.has("encoder_hidden_states") ? c.get("encoder_hidden_states") : x;
    Tensor y =
        attention(
            layer(c, "to_q", x),
            layer(c, "to_k", context),
            layer(c, "to_v", context),
            c.attributes().integer("heads"),
            false);
    return layer(c, "to_out.0", y);
  }

  /// All inputs in order; a single one is joined with itself.
  private static Tensor concatenation(LayerCase c) {
    List<Tensor> parts = c.inputs().stream().map(c::get).toList();
    int dim = c.attributes().integer("dim");
    return parts.size() == 1
        ? cat(dim, parts.getFirst(), parts.getFirst())
        : cat(dim, parts.toArray(Tensor[]::new));
  }
}
