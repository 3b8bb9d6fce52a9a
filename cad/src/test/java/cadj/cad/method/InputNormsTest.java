package cadj.cad.method;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cadj.autograd.graph.Activations;
import cadj.cad.method.InputNorms.Samples;
import cadj.cad.method.InputNorms.Tokens;
import cadj.kernels.random.TorchGenerator;
import cadj.models.denoiser.Conditioning;
import cadj.models.files.ModelFiles;
import cadj.models.pipeline.TextToImage;
import cadj.models.scheduler.Scheduler;
import cadj.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Norms of a layer's inputs, against a loop that predicts for each prompt and the negative one by
/// itself.
class InputNormsTest {
  private static final TextToImage MODEL = TextToImage.load(ModelFiles.open("fashion"));
  private static final List<String> PROMPTS = List.of("bag", "a photo of a coat");
  private static final String LAYER = "mid_block.attentions.0.transformer_blocks.0.ff.net.2";
  private static final Tensor START =
      TextToImage.noise(MODEL.latentShape(1), new TorchGenerator(3));

  private static InputNorms norms(double guidance, Tokens tokens, Samples samples) {
    return InputNorms.of(
        MODEL,
        List.of(LAYER),
        PROMPTS,
        START,
        new TextToImage.Settings(3, guidance, Scheduler.Kind.DDIM),
        tokens,
        samples,
        EditMethod.Progress.NONE);
  }

  /// What a layer reads, and what the model predicts.
  private record Call(float[] input, float[] output) {
    static Call of(Tensor x, double t, Conditioning text) {
      float[][] input = new float[1][];
      Tensor output =
          Activations.with(
              Activations.observe(LAYER + ":input", (key, value) -> input[0] = value.toFloats()),
              () -> MODEL.denoiser().forward(x, t, text));
      return new Call(input[0], output.toFloats());
    }
  }

  /// Inputs by call: those for each prompt, then where wanted those for the negative prompt.
  private static List<List<float[]>> inputs(double guidance, boolean negativeToo) {
    List<List<float[]>> out = new ArrayList<>();
    Conditioning negative = MODEL.text().encode(List.of(""), 32, 32);
    for (String prompt : PROMPTS) {
      Conditioning text = MODEL.text().encode(List.of(prompt), 32, 32);
      Scheduler run = Scheduler.Kind.DDIM.start(MODEL.schedule(), 3);
      Tensor x = START;
      for (int i = 0; i < 3; i++) {
        if (out.size() == i) {
          out.add(new ArrayList<>());
        }
        double t = run.timesteps()[i];
        Call with = Call.of(x, t, text);
        Call without = Call.of(x, t, negative);
        out.get(i).add(with.input);
        if (negativeToo) {
          out.get(i).add(without.input);
        }
        float[] guided = new float[with.output.length];
        for (int j = 0; j < guided.length; j++) {
          float base = guidance > 1 ? without.output[j] : 0;
          float scale = guidance > 1 ? (float) guidance : 1;
          guided[j] = base + scale * (with.output[j] - base);
        }
        x = run.step(i, Tensor.of(guided, x.shape().toArray()), x, Scheduler.Noise.NONE);
      }
    }
    return out;
  }

  private static float[] expected(List<float[]> inputs, boolean unitLength) {
    int features = MODEL.denoiser().parameters().get(LAYER + ".weight").dim(1);
    double[] squares = new double[features];
    for (float[] input : inputs) {
      for (int token = 0; token < input.length / features; token++) {
        double length = 0;
        for (int j = 0; j < features; j++) {
          length += Math.pow(input[token * features + j], 2);
        }
        for (int j = 0; j < features; j++) {
          squares[j] += Math.pow(input[token * features + j], 2) / (unitLength ? length : 1);
        }
      }
    }
    float[] out = new float[features];
    for (int j = 0; j < features; j++) {
      out[j] = (float) Math.sqrt(squares[j]);
    }
    return out;
  }

  private static void assertNear(float[] expected, float[] actual, String what) {
    assertEquals(expected.length, actual.length, what);
    double largest = 0;
    for (float value : expected) {
      largest = Math.max(largest, value);
    }
    for (int j = 0; j < expected.length; j++) {
      assertEquals(expected[j], actual[j], 2e-5 * largest, what + " feature " + j);
    }
  }

  @Test
  void promptsOnlyAsTheyAre() {
    List<List<float[]>> inputs = inputs(4, false);
    InputNorms norms = norms(4, Tokens.AS_THEY_ARE, Samples.PROMPTS);
    float[][] byCall = norms.byCall(LAYER);
    assertEquals(3, byCall.length);
    for (int call = 0; call < 3; call++) {
      assertNear(expected(inputs.get(call), false), byCall[call], "call " + call);
    }
    List<float[]> all = inputs.stream().flatMap(List::stream).toList();
    assertNear(expected(all, false), norms.total(LAYER), "total");
  }

  @Test
  void allSamplesOfUnitLength() {
    List<List<float[]>> inputs = inputs(4, true);
    float[][] byCall = norms(4, Tokens.UNIT_LENGTH, Samples.ALL).byCall(LAYER);
    for (int call = 0; call < 3; call++) {
      assertNear(expected(inputs.get(call), true), byCall[call], "call " + call);
    }
  }

  @Test
  void withoutGuidanceThereIsNoNegativePrompt() {
    float[][] byCall = norms(1, Tokens.AS_THEY_ARE, Samples.PROMPTS).byCall(LAYER);
    assertNear(expected(inputs(1, false).get(2), false), byCall[2], "call 2");
    assertArrayEquals(byCall, norms(1, Tokens.AS_THEY_ARE, Samples.ALL).byCall(LAYER));
  }

  @Test
  void nothingToObserveIsRefused() {
    assertEquals(
        "no activation matches 'nowhere:input'",
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    InputNorms.of(
                        MODEL,
                        List.of("nowhere"),
                        PROMPTS,
                        START,
                        new TextToImage.Settings(1, 1, Scheduler.Kind.DDIM),
                        Tokens.AS_THEY_ARE,
                        Samples.ALL,
                        EditMethod.Progress.NONE))
            .getMessage()
            .replaceFirst(";.*", ""));
  }
}
