package cadj.cad.trace;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.autograd.graph.Activations;
import cadj.kernels.device.F32;
import cadj.kernels.random.SplitMix64;
import cadj.kernels.random.TorchGenerator;
import cadj.models.files.ModelFiles;
import cadj.models.pipeline.TextEncoder;
import cadj.models.pipeline.TextToImage;
import cadj.models.prompt.PromptStyle;
import cadj.models.prompt.TextSettings;
import cadj.models.scheduler.Scheduler;
import cadj.tensor.golden.Golden;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What the first layer of the text encoder is given, against a plain loop: which rows have noise,
/// and how much.
class TokenNoiseTest {
  private static final int FACTOR = 3;
  private static final long SEED = 7;
  private static final ModelFiles FILES = ModelFiles.open("fashion");

  /// Places of a chunk, the start token's first.
  private static final int LENGTH = 77;

  private static final TextEncoder TEXT =
      TextEncoder.load(
          FILES.with(
              new TextSettings(
                  FILES.texts().cleaning(),
                  FILES.texts().embeddings(),
                  new PromptStyle(true, false))));

  /// [N,T,hidden] of each chunk, while `work` encodes.
  private static List<float[]> given(Runnable work) {
    List<float[]> chunks = new ArrayList<>();
    Activations.with(
        Activations.observe(
            "text_model.encoder.layers.0:input", (key, value) -> chunks.add(value.toFloats())),
        () -> {
          work.run();
          return null;
        });
    return chunks;
  }

  /// @param places that have noise, of each chunk; XL's second encoder's follow
  private static void check(
      TextEncoder text, String prompt, String word, int first, List<List<Integer>> places) {
    int samples = 2;
    TraceSettings settings =
        new TraceSettings(
            "bag",
            prompt,
            "",
            new TokenNoise(word, FACTOR),
            new TextToImage.Settings(1, 1, Scheduler.Kind.DDIM),
            1,
            samples,
            SEED);
    List<float[]> expected = given(() -> text.encode(Collections.nCopies(samples, prompt), 32, 32));
    List<float[]> found =
        given(() -> settings.corruption().encode(text, settings, first, samples, 32, 32));
    // the length of the prompt is found by encoding it once without noise
    found = found.subList(found.size() - expected.size(), found.size());
    assertEquals(places.size(), expected.size());
    TorchGenerator[] generators = new TorchGenerator[samples];
    for (int n = 0; n < samples; n++) {
      generators[n] = new TorchGenerator(SplitMix64.at(SEED, first + n));
    }
    for (int chunk = 0; chunk < places.size(); chunk++) {
      float[] values = expected.get(chunk);
      int hidden = values.length / samples / LENGTH;
      double deviation = deviation(values, places.get(chunk), hidden);
      for (int n = 0; n < samples && !places.get(chunk).isEmpty(); n++) {
        float[] noise = new float[places.get(chunk).size() * hidden];
        generators[n].randn(F32.of(noise));
        int next = 0;
        for (int place : places.get(chunk)) {
          for (int i = 0; i < hidden; i++) {
            values[(n * LENGTH + place) * hidden + i] +=
                (float) (FACTOR * deviation * noise[next++]);
          }
        }
      }
      assertArrayEquals(values, found.get(chunk), 1e-5f);
    }
  }

  private static double deviation(float[] values, List<Integer> places, int hidden) {
    List<Double> all = new ArrayList<>();
    for (int place : places) {
      for (int i = 0; i < hidden; i++) {
        all.add((double) values[place * hidden + i]);
      }
    }
    double mean = all.stream().mapToDouble(it -> it).average().orElse(0);
    return Math.sqrt(all.stream().mapToDouble(it -> (it - mean) * (it - mean)).average().orElse(0));
  }

  /// Three tokens, twice.
  @Test
  void everyTokenAtEveryOccurrence() {
    check(
        TEXT,
        "bag coat shirt, a bag coat shirt",
        "bag coat shirt",
        0,
        List.of(List.of(1, 2, 3, 6, 7, 8)));
  }

  /// Later samples are those of their own seeds.
  @Test
  void laterSamples() {
    check(TEXT, "a photo of a bag", "photo", 3, List.of(List.of(2)));
  }

  /// The first chunk has room for 75 tokens.
  @Test
  void aLaterChunkAlone() {
    check(TEXT, "a ".repeat(76) + "coat", "coat", 1, List.of(List.of(), List.of(2)));
  }

  @Test
  void bothChunks() {
    check(TEXT, "a coat " + "a ".repeat(75) + "coat a", "coat", 0, List.of(List.of(2), List.of(3)));
  }

  /// Two encoders, one after the other, over two chunks each.
  @Test
  void bothEncodersOfXl() {
    ModelFiles xl =
        ModelFiles.open(Golden.require("sdxl-tiny/unet/config.json").getParent().getParent());
    TextEncoder text =
        TextEncoder.load(
            xl.with(
                new TextSettings(
                    xl.texts().cleaning(), xl.texts().embeddings(), new PromptStyle(true, false))));
    String prompt = "a coat " + "a ".repeat(75) + "coat a";
    List<Integer> places = text.words(prompt).find("coat").places();
    List<List<Integer>> chunks = new ArrayList<>();
    for (int chunk = 0; chunk <= places.getLast() / LENGTH; chunk++) {
      int from = chunk * LENGTH;
      chunks.add(
          places.stream()
              .filter(place -> place >= from && place < from + LENGTH)
              .map(place -> place - from)
              .toList());
    }
    assertTrue(chunks.size() > 1, places::toString);
    List<List<Integer>> twice = new ArrayList<>(chunks);
    twice.addAll(chunks);
    check(text, prompt, "coat", 0, twice);
  }
}
