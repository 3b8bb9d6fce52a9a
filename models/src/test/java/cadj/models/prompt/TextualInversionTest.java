package cadj.models.prompt;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.autograd.ops.Cat;
import cadj.models.denoiser.Conditioning;
import cadj.models.files.ModelFiles;
import cadj.models.pipeline.TextEncoder;
import cadj.models.tokenizer.Cleaning;
import cadj.models.tokenizer.ClipTokenizer;
import cadj.tensor.Tensor;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.golden.Golden;
import cadj.tensor.safetensors.SafetensorsWriter;
import cadj.tensor.shape.Shape;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A word learned "from pictures" that has the vectors of known words is encoded like them.
final class TextualInversionTest {
  private static final PromptStyle WEIGHTS = new PromptStyle(false, true);

  private final ModelFiles sd = ModelFiles.open(folder("sd1-tiny"));
  private final ModelFiles xl = ModelFiles.open(folder("sdxl-tiny"));

  @TempDir private Path temp;

  private static Path folder(String name) {
    return requireNonNull(Golden.require(name + "/model_index.json").getParent());
  }

  @Test
  void diffusersFormsNameTheirWord() {
    TextualInversion learned =
        TextualInversion.read(file("any", Map.of("<toy>", rows(sd, "", "cat"))));
    assertEquals("<toy>", learned.token());
    assertSame(sd, List.of(learned), "a <toy> on a boat", "a cat on a boat");
    assertSame(sd, List.of(learned), "a<TOY>, boat", "a cat, boat");
  }

  @Test
  void aVectorMayStandWithoutARow() {
    Tensor row = rows(sd, "", "cat");
    Tensor vector = Tensor.of(row.toFloats(), row.dim(1));
    List<TextualInversion> learned =
        List.of(TextualInversion.read(file("x", Map.of("toy", vector))));
    assertSame(sd, learned, "a toy boat", "a cat boat");
  }

  /// As the pipelines spell them out: the word, word_1, word_2.
  @Test
  void severalVectorsAreSeveralTokens() {
    Path file = file("big red", Map.of("emb_params", rows(sd, "", "big red cat")));
    List<TextualInversion> learned = List.of(TextualInversion.read(file));
    assertEquals("big red", learned.getFirst().token());
    assertSame(sd, learned, "a big red on a boat", "a big red cat on a boat");
    ClipTokenizer tokenizer = with(sd, learned).tokenizer("tokenizer");
    assertEquals(List.of(1395, 1396, 1397), tokenizer.tokens("big red"));
    assertEquals(1398, tokenizer.vocabSize());
    assertEquals("big redbig red_2", tokenizer.decode(List.of(1395, 1397)));
    assertEquals(List.of(1396, 1395, 1396, 1397), tokenizer.tokens("BIG RED_1 Big Red"));
  }

  @Test
  void wordsOfSeveralFilesDoNotMix() {
    List<TextualInversion> learned =
        List.of(
            TextualInversion.read(file("b", Map.of("<b>", rows(sd, "", "boat house")))),
            TextualInversion.read(file("mycat", Map.of("string_to_param.*", rows(sd, "", "cat")))),
            TextualInversion.read(file("a", Map.of("<a>", rows(sd, "", "red")))));
    assertEquals("mycat", learned.get(1).token());
    assertSame(sd, learned, "<a> <b> mycat, <b>mycat", "red boat house cat, boat house cat");
    assertSame(sd, learned, "a (<a>:1.4) (<b>)", "a (red:1.4) (boat house)");
  }

  @Test
  void xlHasVectorsForBothEncoders() {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("clip_l", rows(xl, "", "red cat"));
    tensors.put("clip_g", rows(xl, "_2", "big boat"));
    TextualInversion learned = TextualInversion.read(file("toy", tensors));
    assertEquals("toy", learned.token());
    Conditioning actual =
        TextEncoder.load(with(xl, List.of(learned))).encode(List.of("a toy"), 8, 8);
    Conditioning expected =
        TextEncoder.load(xl).encodeEach(List.of(List.of("a red cat"), List.of("a big boat")), 8, 8);
    assertArrayEquals(expected.text().toFloats(), actual.text().toFloats());
  }

  @Test
  void openAisTokenizerKnowsThemToo() {
    List<TextualInversion> learned =
        List.of(TextualInversion.read(file("x", Map.of("<toy>", rows(sd, "", "cat")))));
    ModelFiles files = sd.with(new TextSettings(Cleaning.OPENAI, learned, PromptStyle.PLAIN));
    assertEquals(1395, files.tokenizer("tokenizer").tokens("a <toy>").getLast());
  }

  @Test
  void resultsDependOnTheFile() {
    TextualInversion cat = TextualInversion.read(file("x", Map.of("toy", rows(sd, "", "cat"))));
    String one = with(sd, List.of(cat)).partsHash();
    TextualInversion boat = TextualInversion.read(file("x", Map.of("toy", rows(sd, "", "boat"))));
    assertNotEquals(one, with(sd, List.of(boat)).partsHash());
    assertNotEquals(one, sd.partsHash());
    assertEquals(sd.partsHash(), sd.with(TextSettings.DEFAULT).partsHash());
  }

  @Test
  void whatDoesNotFitIsRefused() {
    Tensor row = rows(sd, "", "cat");
    assertRefused(
        "expected a word of its own (a tensor's or file's name), found \"cat</w>\", which the"
            + " tokenizer has already",
        sd,
        file("x", Map.of("cat</w>", row)));
    Path twice = file("y", Map.of("<y>", row));
    assertRefused(
        "expected a word of its own (a tensor's or file's name), found \"<y>\", which the tokenizer"
            + " has already",
        sd,
        twice,
        twice);
    assertRefused(
        "expected vectors of width 32, as text_encoder has, found width 8: it was learned for"
            + " another model",
        sd,
        file("x", Map.of("<x>", Tensor.zeros(row.dtype(), Shape.of(2, 8)))));
    assertRefused(
        "expected vectors for text_encoder_2: clip_l and clip_g, as those for SDXL have, found"
            + " vectors for one encoder",
        xl,
        file("x", Map.of("<x>", rows(xl, "", "cat"))));
    assertRefused(
        "a: expected up to 1000 vectors of floats, [n, width], found I64 [2]",
        sd,
        file("x", Map.of("a", Tensor.of(new long[] {1, 2}, 2))));
    assertRefused(
        "a: expected up to 1000 vectors of floats, [n, width], found F32 [1001,1]",
        sd,
        file("x", Map.of("a", Tensor.zeros(row.dtype(), Shape.of(1001, 1)))));
    assertRefused(
        "expected a textual inversion: one tensor called as its word, emb_params,"
            + " string_to_param, or clip_l and clip_g, found 2 tensors, a, b",
        sd,
        file("x", new LinkedHashMap<>(Map.of("a", row, "b", row))));
  }

  private static void assertRefused(String message, ModelFiles model, Path... files) {
    String found =
        assertThrows(
                FileFormatException.class,
                () ->
                    TextEncoder.load(
                        with(model, List.of(files).stream().map(TextualInversion::read).toList())))
            .getMessage();
    assertEquals(files[0] + ": " + message, found);
  }

  private static ModelFiles with(ModelFiles model, List<TextualInversion> learned) {
    return model.with(new TextSettings(Cleaning.TRANSFORMERS, learned, WEIGHTS));
  }

  private static void assertSame(
      ModelFiles model, List<TextualInversion> learned, String prompt, String known) {
    Conditioning actual = TextEncoder.load(with(model, learned)).encode(List.of(prompt), 8, 8);
    Conditioning expected = TextEncoder.load(with(model, List.of())).encode(List.of(known), 8, 8);
    assertTrue(actual.sameAs(expected), prompt);
  }

  private Path file(String name, Map<String, Tensor> tensors) {
    Path file = temp.resolve(name + ".safetensors");
    SafetensorsWriter.write(file, tensors, Map.of());
    return file;
  }

  /// The rows of words in an encoder's table of tokens.
  private static Tensor rows(ModelFiles model, String second, String words) {
    Tensor table =
        requireNonNull(
            model
                .textEncoder("text_encoder" + second)
                .parameters()
                .get("text_model.embeddings.token_embedding.weight"));
    List<Integer> ids = model.tokenizer("tokenizer" + second).tokens(words);
    assertEquals(words.split(" ", -1).length, ids.size(), words);
    return Cat.cat(0, ids.stream().map(id -> table.slice(0, id, id + 1)).toArray(Tensor[]::new));
  }
}
