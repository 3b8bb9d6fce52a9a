package cadj.models.pipeline;

import static cadj.autograd.ops.Affine.scale;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.autograd.graph.Activations;
import cadj.models.denoiser.Conditioning;
import cadj.models.denoiser.Sites;
import cadj.models.files.Folders;
import cadj.models.files.ModelFiles;
import cadj.models.prompt.PromptStyle;
import cadj.models.prompt.PromptWords.Phrase;
import cadj.models.prompt.TextSettings;
import cadj.models.prompt.TextualInversion;
import cadj.models.tokenizer.Cleaning;
import cadj.models.tokenizer.unigram.T5Tokenizer;
import cadj.tensor.Tensor;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.golden.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Texts, words and settings of Stable Diffusion 3's text encoders.
final class ClipT5TextEncoderTest {
  private static final int CLIP = 77;
  private static final int LENGTH = 16;

  private final Path folder = Golden.require("sd3-tiny/model_index.json").getParent();
  private final ModelFiles model = ModelFiles.open(folder);

  @TempDir private Path temp;

  private static TextSettings settings(PromptStyle style, boolean t5, int length) {
    return new TextSettings(Cleaning.TRANSFORMERS, List.of(), style, t5, length);
  }

  private TextEncoder encoder(boolean t5) {
    return TextEncoder.load(model.with(settings(PromptStyle.PLAIN, t5, LENGTH)));
  }

  // ---- what is not there

  @Test
  void whatIsRefused() {
    assertRefused(
        "--long-prompts: not there for Stable Diffusion 3, whose denoiser was trained on one piece"
            + " of CLIP's length; T5 reads further (--t5-length)",
        settings(new PromptStyle(true, false), true, LENGTH));
    assertRefused(
        "--prompt-weights: not there for Stable Diffusion 3",
        settings(new PromptStyle(false, true), true, LENGTH));
    TextualInversion word =
        new TextualInversion(
            Path.of("word.pt"), "<word>", Map.of("text_encoder", Tensor.scalar(0)));
    assertRefused(
        "--embedding: not there for Stable Diffusion 3",
        new TextSettings(Cleaning.TRANSFORMERS, List.of(word), PromptStyle.PLAIN));
  }

  private void assertRefused(String message, TextSettings settings) {
    assertEquals(
        message,
        assertThrows(IllegalArgumentException.class, () -> TextEncoder.load(model.with(settings)))
            .getMessage());
  }

  /// Neither files nor index need have T5; where they have, its width must take CLIP's.
  @Test
  void foldersWithoutT5() throws IOException {
    Tensor expected = encoder(false).encode(List.of("a cat"), 64, 64).text();
    Path without = Folders.copy(folder, temp.resolve("without"));
    deleteFolder(without.resolve("text_encoder_3"));
    deleteFolder(without.resolve("tokenizer_3"));
    assertSame(expected, without);
    assertEquals(
        List.of(without + ": read without T5: there is no text_encoder_3/"), notes(without));
    Path listed = Folders.copy(folder, temp.resolve("listed"));
    Path index = listed.resolve("model_index.json");
    String json = Files.readString(index);
    json = Folders.with(json, "text_encoder_3", "[null, null]");
    Files.writeString(index, Folders.with(json, "tokenizer_3", "[null, null]"));
    assertSame(expected, listed);
    assertEquals(List.of(), notes(listed));
  }

  private static List<String> notes(Path folder) {
    List<String> notes = new ArrayList<>();
    ModelFiles.open(folder.toString(), null, null, notes::add);
    return notes;
  }

  private static void assertSame(Tensor expected, Path folder) {
    TextEncoder encoder =
        TextEncoder.load(ModelFiles.open(folder).with(settings(PromptStyle.PLAIN, true, LENGTH)));
    assertEquals(2, encoder.weights().size());
    Golden.assertExact(
        folder.toString(), expected, encoder.encode(List.of("a cat"), 64, 64).text());
  }

  private static void deleteFolder(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }

  /// A picture depends on T5's vocabulary, unless it is drawn without T5.
  @Test
  void theHashKnowsT5sFiles() throws IOException {
    Path copy = Folders.copy(folder, temp.resolve("copy"));
    ModelFiles with = ModelFiles.open(copy);
    ModelFiles without = with.with(settings(PromptStyle.PLAIN, false, TextSettings.T5_LENGTH));
    String before = with.partsHash();
    String beforeWithout = without.partsHash();
    assertFalse(before.equals(beforeWithout));
    Path spiece = copy.resolve("tokenizer_3/spiece.model");
    byte[] bytes = Files.readAllBytes(spiece);
    bytes[bytes.length - 1]++;
    Files.write(spiece, bytes);
    assertFalse(before.equals(with.partsHash()));
    assertEquals(beforeWithout, without.partsHash());
  }

  @Test
  void sizesThatDoNotFit() throws IOException {
    assertUnfit(
        "text_encoder_3/config.json",
        "vocab_size",
        "999",
        "at least the tokenizer's 1000, found 999",
        true);
    assertUnfit(
        "transformer/config.json",
        "joint_attention_dim",
        "55",
        "at least 56, as CLIP's text encoders have together, found 55",
        false);
  }

  private void assertUnfit(String file, String key, String value, String message, boolean t5)
      throws IOException {
    Path copy = Folders.copy(folder, temp.resolve(key));
    Path config = copy.resolve(file);
    Files.writeString(config, Folders.with(Files.readString(config), key, value));
    if (t5) {
      shortenTable(copy, Integer.parseInt(value));
    }
    ModelFiles files = ModelFiles.open(copy).with(settings(PromptStyle.PLAIN, t5, LENGTH));
    assertEquals(
        config + ": " + key + ": expected " + message,
        assertThrows(FileFormatException.class, () -> TextEncoder.load(files)).getMessage());
  }

  /// Rows of T5's table, so that only the tokenizer does not fit them.
  private static void shortenTable(Path copy, int rows) {
    Path shard = copy.resolve("text_encoder_3/model-00001-of-00002.safetensors");
    Folders.rewrite(
        shard, (name, tensor) -> name.equals("shared.weight") ? tensor.slice(0, 0, rows) : tensor);
  }

  // ---- texts

  /// CLIP's part is as wide as both, and the rest of its rows is zero; without T5 its rows too.
  @Test
  void rowsAndColumns() {
    Conditioning with = encoder(true).encode(List.of("a cat", ""), 64, 64);
    Conditioning without = encoder(false).encode(List.of("a cat", ""), 64, 64);
    assertArrayEquals(new int[] {2, CLIP + LENGTH, 64}, with.text().shape().toArray());
    assertArrayEquals(new int[] {2, 44}, with.pooled().shape().toArray());
    assertEquals(null, with.timeIds());
    Golden.assertExact("clip", with.text().slice(1, 0, CLIP), without.text().slice(1, 0, CLIP));
    assertZeros(with.text().slice(1, 0, CLIP).slice(2, 56, 64));
    assertZeros(without.text().slice(1, CLIP, CLIP + LENGTH));
  }

  private static void assertZeros(Tensor x) {
    for (float value : x.toFloats()) {
      assertEquals(0, value);
    }
  }

  @Test
  void longPromptsAreCutOffForClipAlone() {
    String cats = String.join(" ", Collections.nCopies(90, "cat"));
    for (boolean t5 : new boolean[] {false, true}) {
      TextEncoder encoder = encoder(t5);
      assertTrue(encoder.lost(cats + " dog").endsWith("cat dog"), encoder.lost(cats + " dog"));
      assertEquals("", encoder.lost("a cat"));
      assertEquals(75, encoder.lastToken(cats));
      assertEquals(2, encoder.lastToken("a cat"));
      assertEquals(0, encoder.lastToken(""));
      assertEquals(t5 ? "CLIP, but T5 reads 16 tokens" : "CLIP", encoder.limit());
    }
    TextEncoder longer = TextEncoder.load(model.with(settings(PromptStyle.PLAIN, true, 400)));
    Tensor one = longer.encode(List.of(cats + " cat"), 64, 64).text();
    Tensor other = longer.encode(List.of(cats + " dog"), 64, 64).text();
    Golden.assertExact("clip", one.slice(1, 0, CLIP), other.slice(1, 0, CLIP));
    assertFalse(
        Arrays.equals(
            one.slice(1, CLIP, CLIP + 400).toFloats(),
            other.slice(1, CLIP, CLIP + 400).toFloats()));
  }

  // ---- words

  @Test
  void wordsStandAtTokensOfBoth() {
    String prompt = "A castle on a hill, Castle";
    T5Tokenizer tokenizer = model.t5Tokenizer();
    List<Integer> places = encoder(true).words(prompt).find("castle").places();
    List<Integer> clip = encoder(false).words(prompt).find("castle").places();
    assertEquals(clip, places.stream().filter(place -> place < CLIP).toList());
    List<Integer> t5 =
        places.stream().filter(place -> place >= CLIP).map(place -> place - CLIP).toList();
    assertFalse(t5.isEmpty());
    var tokens = tokenizer.tokens(prompt);
    StringBuilder text = new StringBuilder();
    t5.forEach(i -> text.append(prompt, tokens.get(i).from(), tokens.get(i).to()));
    assertEquals(
        "castle castle", text.toString().toLowerCase(Locale.ROOT).strip().replaceAll(" +", " "));
  }

  @Test
  void aWordIsNoPartOfAnother() {
    TextEncoder encoder = encoder(true);
    List<String> words =
        encoder.words("a catfish and a cat").all().stream().map(Phrase::text).toList();
    assertEquals(List.of("a", "catfish", "and", "cat"), words);
    List<Integer> cat = encoder.words("a catfish and a cat").find("cat").places();
    var tokens = model.t5Tokenizer().tokens("a catfish and a cat");
    cat.stream()
        .filter(place -> place >= CLIP)
        .forEach(place -> assertTrue(tokens.get(place - CLIP).to() > 15, () -> "" + cat));
    assertTrue(cat.getLast() >= CLIP);
  }

  /// Signs that a pattern would read otherwise, and spaces.
  @Test
  void phrasesAsTheyAreSpelled() {
    T5Tokenizer tokenizer = model.t5Tokenizer();
    String prompt = "a (red)  cat.* on a red cat";
    T5Places places = T5Places.of(tokenizer, prompt, 100, CLIP);
    assertEquals(List.of(), places.of("cat.."));
    assertFalse(places.of("cat.*").isEmpty());
    assertFalse(places.of("(red) cat").isEmpty());
    assertTrue(places.of("red cat").getFirst() > places.of("cat.*").getLast());
    assertEquals(List.of(), places.of("dog"));
  }

  /// The end token takes the last place.
  @Test
  void wordsThatT5CutsOff() {
    T5Tokenizer tokenizer = model.t5Tokenizer();
    String prompt = "a red cat";
    List<Integer> all = T5Places.of(tokenizer, prompt, 100, CLIP).of("cat");
    int last = all.getLast() - CLIP;
    assertEquals(all, T5Places.of(tokenizer, prompt, last + 2, CLIP).of("cat"));
    assertEquals(
        all.subList(0, all.size() - 1), T5Places.of(tokenizer, prompt, last + 1, CLIP).of("cat"));
  }

  /// Where CLIP's end is cut off, T5 may still have the word.
  @Test
  void wordsThatOnlyT5Has() {
    String prompt = String.join(" ", Collections.nCopies(80, "a")) + " castle";
    TextEncoder longer = TextEncoder.load(model.with(settings(PromptStyle.PLAIN, true, 400)));
    List<Integer> places = longer.words(prompt).find("castle").places();
    assertTrue(places.getFirst() >= CLIP, () -> "" + places);
    assertEquals(
        List.of("a", "castle"), longer.words(prompt).all().stream().map(Phrase::text).toList());
    assertThrows(IllegalArgumentException.class, () -> encoder(true).words(prompt).find("castle"));
  }

  /// Each encoder's tokens, with the places that they have among all.
  @Test
  void tokensWhereTheyEnter() {
    for (boolean t5 : new boolean[] {false, true}) {
      TextEncoder encoder = encoder(t5);
      List<String> seen = new ArrayList<>();
      Conditioning changed =
          Activations.with(
              encoder.changingTokens(
                  "a cat",
                  (own, first) -> {
                    seen.add(own.shape() + " from " + first);
                    return first == 0 ? own : scale(own, 2);
                  }),
              () -> encoder.encode(List.of("a cat", "a cat"), 64, 64));
      List<String> clip = List.of("[2,77,24] from 0", "[2,77,32] from 0");
      assertEquals(t5 ? List.of(clip.get(0), clip.get(1), "[2,16,64] from 77") : clip, seen);
      Tensor own = encoder.encode(List.of("a cat", "a cat"), 64, 64).text();
      Golden.assertExact("clip", own.slice(1, 0, CLIP), changed.text().slice(1, 0, CLIP));
      assertEquals(!t5, Arrays.equals(own.toFloats(), changed.text().toFloats()));
    }
  }

  // ---- parameters

  /// Each part's parameters reach that part.
  @Test
  void otherParameters() {
    TextEncoder encoder = encoder(true);
    Tensor before = encoder.encode(List.of("a cat"), 64, 64).text();
    int[][] changed = {{0, 24, 0, CLIP}, {24, 56, 0, CLIP}, {0, 64, CLIP, CLIP + LENGTH}};
    String[] parts = {"text_encoder.", "text_encoder_2.", "text_encoder_3."};
    for (int i = 0; i < parts.length; i++) {
      Map<String, Tensor> parameters = new LinkedHashMap<>();
      String part = parts[i];
      encoder
          .parameters()
          .forEach((name, w) -> parameters.put(name, name.startsWith(part) ? scale(w, 1.5f) : w));
      Tensor after = encoder.with(parameters).encode(List.of("a cat"), 64, 64).text();
      for (int j = 0; j < parts.length; j++) {
        int[] range = changed[j];
        assertEquals(
            i != j,
            Arrays.equals(
                before.slice(2, range[0], range[1]).slice(1, range[2], range[3]).toFloats(),
                after.slice(2, range[0], range[1]).slice(1, range[2], range[3]).toFloats()),
            parts[i] + " " + parts[j]);
      }
    }
  }

  @Test
  void sitesOfAllThree() {
    Map<Sites, Integer> counts = new LinkedHashMap<>();
    encoder(true)
        .parameters()
        .forEach(
            (name, w) -> {
              assertTrue(TextEncoder.isParameter(name), name);
              for (Sites sites : Sites.values()) {
                if (TextEncoder.isSite(sites, name, w.rank())) {
                  counts.merge(sites, 1, Integer::sum);
                }
              }
            });
    // 3, 4 and 3 layers: two, two and three matrices of feed-forward, four of attention each
    assertEquals(2 * 3 + 2 * 4 + 3 * 3, counts.get(Sites.TEXT_FF));
    assertEquals(4 * (3 + 4 + 3), counts.get(Sites.TEXT_ATTENTION));
    assertEquals(2 + 2 + 2, counts.get(Sites.TEXT_EMBEDDINGS));
    assertEquals(encoder(true).parameters().size(), counts.get(Sites.TEXT_ALL));
  }
}
