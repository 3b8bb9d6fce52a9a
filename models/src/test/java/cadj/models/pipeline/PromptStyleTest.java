package cadj.models.pipeline;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.autograd.ops.Cat;
import cadj.kernels.random.TorchGenerator;
import cadj.models.clip.ClipTextModel;
import cadj.models.clip.ClipTextOutput;
import cadj.models.denoiser.Conditioning;
import cadj.models.files.ModelFiles;
import cadj.models.prompt.PromptStyle;
import cadj.models.prompt.TextSettings;
import cadj.models.scheduler.Scheduler;
import cadj.models.tokenizer.Cleaning;
import cadj.models.tokenizer.ClipTokenizer;
import cadj.tensor.Tensor;
import cadj.tensor.golden.Golden;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Embeddings of long and weighted prompts, against plain loops over what the encoders give for
/// ids.
final class PromptStyleTest {
  private static final PromptStyle LONG = new PromptStyle(true, false);
  private static final PromptStyle WEIGHTS = new PromptStyle(false, true);
  private static final PromptStyle BOTH = new PromptStyle(true, true);
  private static final int LENGTH = 77;

  private static final String HUNDRED = "a red cat on a big boat ".repeat(20);

  private static ModelFiles model(String name, PromptStyle style) {
    return ModelFiles.open(Golden.require(name + "/model_index.json").getParent())
        .with(new TextSettings(Cleaning.TRANSFORMERS, List.of(), style));
  }

  /// 75 tokens at a time, each piece between start and end.
  @Test
  void longPromptsAreChunksOneBehindTheOther() {
    ModelFiles files = model("sd1-tiny", LONG);
    ClipTokenizer tokenizer = files.tokenizer("tokenizer");
    ClipTextModel encoder = files.textEncoder("text_encoder");
    List<Integer> tokens = tokenizer.tokens(HUNDRED);
    int chunks = (tokens.size() + 74) / 75;
    assertTrue(chunks > 1);
    float[] actual = TextEncoder.load(files).encode(List.of(HUNDRED), 8, 8).text().toFloats();
    int size = LENGTH * encoder.config().hiddenSize();
    assertEquals(chunks * size, actual.length);
    for (int chunk = 0; chunk < chunks; chunk++) {
      long[] ids = new long[LENGTH];
      ids[0] = tokenizer.startId();
      for (int i = 1; i < LENGTH; i++) {
        int at = 75 * chunk + i - 1;
        boolean isToken = i < LENGTH - 1 && at < tokens.size();
        ids[i] = isToken ? tokens.get(at) : tokenizer.endId();
      }
      float[] expected = encoder.forward(Tensor.of(ids, 1, LENGTH)).lastHiddenState().toFloats();
      float[] part = new float[size];
      System.arraycopy(actual, chunk * size, part, 0, size);
      assertArrayEquals(expected, part, "chunk " + chunk);
    }
  }

  @Test
  void theLastTokenIsInTheLastChunk() {
    TextEncoder text = TextEncoder.load(model("sd1-tiny", LONG));
    int tokens = model("sd1-tiny", LONG).tokenizer("tokenizer").tokens(HUNDRED).size();
    int chunks = (tokens + 74) / 75;
    assertEquals(LENGTH * (chunks - 1) + tokens - 75 * (chunks - 1), text.lastToken(HUNDRED));
    assertEquals(3, text.lastToken("a red cat"));
    assertEquals(0, text.lastToken(""));
    // cut off where prompts are not long, before the end token
    assertEquals(75, TextEncoder.load(model("sd1-tiny", WEIGHTS)).lastToken(HUNDRED));
  }

  /// Both encoders of XL; the pooled vector is the first chunk's, without weights.
  @Test
  void weightsMultiplyAndTheMeanStays() {
    for (String name : List.of("sd1-tiny", "sd2-tiny")) {
      ModelFiles files = model(name, WEIGHTS);
      float[] z = states(files, "", false);
      float[] actual =
          TextEncoder.load(files).encode(List.of("a (red:1.5) [cat]"), 8, 8).text().toFloats();
      assertWeighted(z, z.length / LENGTH, actual, z.length / LENGTH, 0);
    }
    ModelFiles xl = model("sdxl-tiny", WEIGHTS);
    float[] first = states(xl, "", true);
    float[] second = states(xl, "_2", true);
    Conditioning both = TextEncoder.load(xl).encode(List.of("a (red:1.5) [cat]"), 8, 8);
    int width = first.length / LENGTH + second.length / LENGTH;
    assertWeighted(first, first.length / LENGTH, both.text().toFloats(), width, 0);
    assertWeighted(
        second, second.length / LENGTH, both.text().toFloats(), width, first.length / LENGTH);
    Conditioning plain = TextEncoder.load(xl).encode(List.of("a red cat"), 8, 8);
    assertArrayEquals(
        requireNonNull(plain.pooled()).toFloats(), requireNonNull(both.pooled()).toFloats());
  }

  /// States of "a red cat" without weights.
  private static float[] states(ModelFiles files, String second, boolean lastButOne) {
    long[] ids = files.tokenizer("tokenizer" + second).encode("a red cat").ids();
    ClipTextOutput output =
        files.textEncoder("text_encoder" + second).forward(Tensor.of(ids, 1, LENGTH));
    List<Tensor> states = output.hiddenStates();
    return (lastButOne ? states.get(states.size() - 2) : output.lastHiddenState()).toFloats();
  }

  /// @param from the encoder's first column of `actual`, whose rows have `stride`
  private static void assertWeighted(float[] z, int hidden, float[] actual, int stride, int from) {
    double[] weights = new double[LENGTH];
    Arrays.fill(weights, 1);
    weights[2] = 1.5;
    weights[3] = 1 / 1.1;
    double mean = 0;
    double weighted = 0;
    for (int i = 0; i < z.length; i++) {
      mean += z[i];
      weighted += z[i] * weights[i / hidden];
    }
    for (int i = 0; i < z.length; i++) {
      double expected = z[i] * weights[i / hidden] * mean / weighted;
      double found = actual[i / hidden * stride + from + i % hidden];
      assertEquals(expected, found, 2e-4 * Math.max(1, Math.abs(expected)), "value " + i);
    }
  }

  /// Each prompt of a batch as it would be alone, its mean included.
  @Test
  void promptsOfABatchDoNotMeet() {
    TextEncoder text = TextEncoder.load(model("sd1-tiny", WEIGHTS));
    List<String> prompts = List.of("a (cat:1.4)", "a [boat] and ((birds))", "a boat");
    Conditioning together = text.encode(prompts, 8, 8);
    for (int i = 0; i < prompts.size(); i++) {
      assertTrue(
          text.encode(List.of(prompts.get(i)), 8, 8).sameAs(together.samples(i, i + 1)), "" + i);
    }
  }

  @Test
  void shorterPromptsOfABatchGoOnAsEmptyOnes() {
    TextEncoder text = TextEncoder.load(model("sdxl-tiny", LONG));
    Conditioning both = text.encode(List.of(HUNDRED, "a cat"), 8, 8);
    Conditioning alone = text.encode(List.of("a cat"), 8, 8);
    Conditioning empty = text.encode(List.of(""), 8, 8);
    assertEquals(2 * LENGTH, both.text().dim(1));
    assertArrayEquals(
        alone.text().toFloats(), both.text().slice(0, 1, 2).slice(1, 0, LENGTH).toFloats());
    assertArrayEquals(
        empty.text().toFloats(), both.text().slice(0, 1, 2).slice(1, LENGTH, 154).toFloats());
    assertArrayEquals(
        requireNonNull(alone.pooled()).toFloats(),
        requireNonNull(both.pooled()).slice(0, 1, 2).toFloats());
  }

  @Test
  void theShorterOfPromptAndNegativeIsLengthened() {
    TextEncoder text = TextEncoder.load(model("sd1-tiny", LONG));
    Conditioning prompt = text.encode(List.of("a cat"), 8, 8);
    Conditioning negative = text.encodeNegative(List.of(HUNDRED), prompt, 8, 8);
    assertEquals(154, negative.text().dim(1));
    Conditioning both = text.encode(List.of("a cat", HUNDRED), 8, 8);
    assertTrue(text.lengthened(prompt, negative).sameAs(both.samples(0, 1)));
    assertTrue(text.encodeNegative(null, negative, 8, 8).text().dim(1) == 154);
    assertTrue(text.encodeNegative(List.of("a cat"), negative, 8, 8).sameAs(both.samples(0, 1)));
  }

  @Test
  void whatIsCutOffIsTold() {
    TextEncoder text = TextEncoder.load(model("sd1-tiny", PromptStyle.PLAIN));
    String end = text.lost(HUNDRED);
    assertTrue(HUNDRED.strip().endsWith(end) && !end.isEmpty(), end);
    assertEquals("", text.lost("a cat"));
    assertEquals("", TextEncoder.load(model("sd1-tiny", LONG)).lost(HUNDRED));
  }

  /// Attention over a text said twice is attention over it once; a picture can be drawn of long
  /// prompts, short negative ones and the other way round.
  @Test
  void denoisersTakeTextsOfAnyLength() {
    for (String name : List.of("sd1-tiny", "sdxl-tiny")) {
      TextToImage pipeline = TextToImage.load(model(name, BOTH));
      Tensor latents = TextToImage.noise(pipeline.latentShape(1), new TorchGenerator(3));
      Conditioning once = pipeline.text().encode(List.of("a red cat"), 64, 64);
      Tensor twice = Cat.cat(1, once.text(), once.text());
      float[] expected = pipeline.denoiser().forward(latents, 300, once).toFloats();
      float[] actual =
          pipeline
              .denoiser()
              .forward(latents, 300, new Conditioning(twice, once.pooled(), once.timeIds()))
              .toFloats();
      assertArrayEquals(expected, actual, 1e-4f);
      var settings = new TextToImage.Settings(2, 3, Scheduler.Kind.DDIM);
      List<float[]> pictures = new ArrayList<>();
      for (List<String> texts :
          List.of(List.of(HUNDRED, "a cat"), List.of("a cat", HUNDRED), List.of("a cat", ""))) {
        pictures.add(
            pipeline
                .draw(
                    texts.subList(0, 1),
                    texts.subList(1, 2),
                    latents,
                    settings,
                    Scheduler.Noise.NONE,
                    TextToImage.Progress.NONE)
                .toFloats());
      }
      assertTrue(!Arrays.equals(pictures.get(1), pictures.get(2)));
    }
  }
}
