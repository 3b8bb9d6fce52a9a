package cadj.autograd.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import cadj.autograd.graph.Gradients;
import cadj.autograd.graph.Tape;
import cadj.autograd.ops.Add;
import cadj.autograd.ops.Mul;
import cadj.autograd.ops.Sum;
import cadj.kernels.device.DType;
import cadj.kernels.device.MatmulPrecision;
import cadj.kernels.device.Precision;
import cadj.tensor.Tensor;
import cadj.tensor.golden.Golden;
import cadj.tensor.gpu.Emulated;
import cadj.tensor.json.JsonFile;
import cadj.tensor.json.JsonObject;
import cadj.tensor.safetensors.SafetensorsFile;
import cadj.tensor.shape.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/// One recorded application of a layer, from `layers/index.json`: attributes, inputs, outputs
/// (`out`, or `out0`, `out1`, …), the gradient that came from above (`grad_out`) and those of the
/// inputs (`grad_x`). Parameters of modules are inputs called `param.<key>`.
public final class LayerCase {
  private static final double VALUE_TOLERANCE = 2e-6;
  private static final double GRADIENT_TOLERANCE = 1e-5;

  /// A gradient that nowhere exceeds this is zero in mathematics (that of a key projection's bias,
  /// say); what is recorded is rounding, and so may be what is computed.
  private static final double ROUNDING = 1e-5;

  /// Built in `cadj.models`, and tested there.
  private static final Set<String> MODELS =
      Set.of(
          "basic_transformer_block",
          "clip_encoder_layer",
          "feed_forward_geglu",
          "resnet_block",
          "timestep_embedding",
          "transformer_2d",
          "vae_attention");

  private final JsonObject entry;
  private final Map<String, Tensor> tensors = new TreeMap<>();

  private LayerCase(JsonObject entry) {
    this.entry = entry;
  }

  /// All cases of the index.
  public static List<LayerCase> all() {
    List<JsonObject> entries = JsonFile.readList(Golden.require("layers/index.json")).objects();
    assertFalse(entries.isEmpty(), "layers/index.json lists no case");
    return entries.stream().map(LayerCase::new).toList();
  }

  /// Whether the layer is built in `cadj.models`: each case is tested either there or here.
  public boolean isOfModels() {
    return MODELS.contains(op());
  }

  public String op() {
    return entry.string("op");
  }

  public JsonObject attributes() {
    return entry.object("attrs");
  }

  @Override
  public String toString() {
    return op() + "/" + entry.string("case");
  }

  /// Names of inputs and parameters, sorted.
  public List<String> inputs() {
    return entry.object("tensors").keys().stream()
        .filter(name -> !isOutput(name) && !name.startsWith("grad_"))
        .sorted()
        .toList();
  }

  /// Names of the outputs, sorted.
  public List<String> outputs() {
    return entry.object("tensors").keys().stream().filter(LayerCase::isOutput).sorted().toList();
  }

  private static boolean isOutput(String name) {
    return name.matches("out\\d*");
  }

  public boolean has(String name) {
    return entry.object("tensors").has(name);
  }

  /// The tensor of that name, the same one each time.
  public Tensor get(String name) {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException(
          "%s has no %s, only %s".formatted(this, name, tensors.keySet()));
    }
    return tensor;
  }

  /// Runs `layer`, which takes its inputs from [#get] and returns the outputs in order, and
  /// compares outputs and gradients with the recorded ones, computing in `dtype`.
  public void check(DType dtype, Supplier<List<Tensor>> layer) {
    check(dtype, VALUE_TOLERANCE, layer);
  }

  /// The same, outputs being off by at most `tolerance` of the largest.
  public void check(DType dtype, double tolerance, Supplier<List<Tensor>> layer) {
    check(dtype, tolerance, false, layer);
  }

  /// The same on the emulated GPU, factors of products rounded to TF32, 2⁻¹¹ at most, and to BF16,
  /// 2⁻⁸; convolutions' to TF32. Outputs and gradients are off by at most `tf32` and `bf16` of
  /// their L2 norm.
  public void checkRounded(double tf32, double bf16, Supplier<List<Tensor>> layer) {
    Map<MatmulPrecision, Double> tolerances =
        Map.of(MatmulPrecision.HIGH, tf32, MatmulPrecision.MEDIUM, bf16);
    tolerances.forEach(
        (precision, tolerance) ->
            Emulated.run(
                new Precision(precision, true),
                () -> {
                  check(DType.F32, tolerance, true, layer);
                  return this;
                }));
  }

  private void check(DType dtype, double tolerance, boolean rounded, Supplier<List<Tensor>> layer) {
    load(dtype);
    Map<String, Tensor> watched = new TreeMap<>();
    for (String name : inputs()) {
      if (has("grad_" + name)) {
        watched.put(name, get(name));
      }
    }
    Tape.record(
        watched.values(),
        tape -> {
          List<Tensor> values = layer.get();
          checkOutputs(values, tolerance, rounded);
          if (!watched.isEmpty()) {
            checkGradients(watched, tape.backward(weighted(values)), tolerance, rounded);
          }
          return null;
        });
  }

  private void load(DType dtype) {
    try (SafetensorsFile file =
        Golden.open("layers/%s.safetensors".formatted(entry.string("file")))) {
      JsonObject listed = entry.object("tensors");
      for (String name : listed.keys()) {
        Tensor tensor = file.tensor("%s/%s".formatted(this, name));
        int[] dims = listed.list(name).get(1).list().integers();
        assertEquals(Shape.of(dims), tensor.shape(), "%s: %s in the index".formatted(this, name));
        tensors.put(name, tensor.dtype().isFloat() ? tensor.to(dtype) : tensor);
      }
    }
  }

  private void checkOutputs(List<Tensor> values, double tolerance, boolean rounded) {
    assertEquals(outputs().size(), values.size(), this + ": number of outputs");
    for (int i = 0; i < values.size(); i++) {
      String name = outputs().get(i);
      if (rounded) {
        Golden.assertL2(this + " " + name, get(name), values.get(i), tolerance);
      } else {
        Golden.assertClose(this + " " + name, get(name), values.get(i), tolerance);
      }
    }
  }

  /// Σ value·gradient from above, over all outputs.
  private Tensor weighted(List<Tensor> values) {
    List<Tensor> sums = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      sums.add(Sum.sum(Mul.mul(values.get(i), get("grad_" + outputs().get(i)))));
    }
    return sums.stream().reduce(Add::add).orElseThrow();
  }

  private void checkGradients(
      Map<String, Tensor> watched, Gradients gradients, double tolerance, boolean rounded) {
    watched.forEach(
        (name, input) -> {
          Tensor expected = get("grad_" + name);
          Tensor actual =
              gradients.reached(input)
                  ? gradients.of(input)
                  : Tensor.zeros(input.dtype(), input.shape());
          double largest = largest(expected);
          String what = "%s gradient of %s".formatted(this, name);
          if (largest < ROUNDING) {
            Golden.assertWithin(what, expected, actual, rounded ? tolerance : ROUNDING);
          } else if (rounded) {
            Golden.assertL2(what, expected, actual, tolerance);
          } else {
            Golden.assertWithin(what, expected, actual, GRADIENT_TOLERANCE * largest);
          }
        });
  }

  private static double largest(Tensor x) {
    double largest = 0;
    for (double value : x.toDoubles()) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }
}
