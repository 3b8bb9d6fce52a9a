package cadj.models.tokenizer;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.tensor.file.FileFormatException;
import cadj.tensor.golden.Golden;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The forms in which tokenizers lie in folders, with ids that transformers 5.18 gives for them.
final class TokenizerFormsTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path tiny =
      requireNonNull(Golden.require("sd1-tiny/tokenizer/vocab.json").getParent());

  @TempDir private Path temp;
  private JsonNode recorded = JSON.nullNode();

  @BeforeEach
  void read() throws IOException {
    try (InputStream in = TokenizerFormsTest.class.getResourceAsStream("variants.json")) {
      recorded = JSON.readTree(requireNonNull(in));
    }
  }

  /// Specials as strings or objects, here or there, padding with `!`, added tokens of all kinds.
  @Test
  void vocabularyAndMergesWithAnyFilesBeside() throws IOException {
    for (JsonNode variant : recorded.get("variants")) {
      Path folder = Files.createDirectory(temp.resolve(variant.get("name").asText()));
      copy("vocab.json", folder);
      copy("merges.txt", folder);
      for (Map.Entry<String, JsonNode> file : variant.get("files").properties()) {
        JSON.writeValue(folder.resolve(file.getKey()).toFile(), file.getValue());
      }
      ClipTokenizer tokenizer = ClipTokenizer.load(folder);
      assertEquals(variant.get("pad_id").asInt(), tokenizer.padId(), folder.toString());
      assertEquals(variant.get("eos_id").asInt(), tokenizer.endId(), folder.toString());
      assertEquals(variant.get("size").asInt(), tokenizer.vocabSize(), folder.toString());
      assertIds(variant.get("cases"), tokenizer);
    }
  }

  @Test
  void tokenizerJsonAlone() throws IOException {
    JsonNode expected = recorded.get("tokenizer_json");
    for (boolean pairs : List.of(true, false)) {
      write(tokenizerJson(pairs));
      ClipTokenizer tokenizer = ClipTokenizer.load(temp);
      assertEquals(expected.get("pad_id").asInt(), tokenizer.padId());
      assertEquals(expected.get("size").asInt(), tokenizer.vocabSize());
      assertEquals(77, tokenizer.maxLength());
      assertIds(expected.get("cases"), tokenizer);
    }
  }

  @Test
  void compressedFiles() throws IOException {
    for (Path folder : List.of(temp, temp.resolve("tokenizer"))) {
      Files.createDirectories(folder);
    }
    copy("tokenizer_config.json", temp.resolve("tokenizer"));
    for (String name : List.of("vocab.json", "merges.txt")) {
      try (var out = new GZIPOutputStream(Files.newOutputStream(temp.resolve(name + ".gz")))) {
        Files.copy(tiny.resolve(name), out);
      }
    }
    assertEquals(1395, ClipTokenizer.load(temp.resolve("tokenizer")).vocabSize());
    Files.writeString(temp.resolve("vocab.json.gz"), "no gzip");
    String message =
        assertThrows(FileFormatException.class, () -> ClipTokenizer.load(temp.resolve("tokenizer")))
            .getMessage();
    assertTrue(message.startsWith(temp.resolve("vocab.json.gz").toString()), message);
  }

  /// Whatever does something else to a text than CLIP's is refused by name.
  @Test
  void otherTokenizersAreRefused() throws IOException {
    assertRefused(
        json -> json.withObject("/normalizer").put("type", "NFKC"),
        "normalizer.type: expected \"Sequence\", found \"NFKC\"");
    assertRefused(
        json -> ((ArrayNode) json.at("/normalizer/normalizers")).remove(0),
        "normalizer.normalizers: expected NFC, Replace, Lowercase, found \"Replace, Lowercase\"");
    assertRefused(
        json -> ((ObjectNode) json.at("/normalizer/normalizers/1")).put("content", "_"),
        "normalizer.normalizers[1].content: expected \" \", found \"_\"");
    assertRefused(
        json -> ((ObjectNode) json.at("/pre_tokenizer/pretokenizers/0/pattern")).put("Regex", "x"),
        "pre_tokenizer.pretokenizers[0].pattern.Regex: expected CLIP's pattern");
    assertRefused(
        json -> ((ObjectNode) json.at("/pre_tokenizer/pretokenizers/0")).put("invert", false),
        "pre_tokenizer.pretokenizers[0].invert: expected true, found false");
    assertRefused(
        json ->
            ((ObjectNode) json.at("/pre_tokenizer/pretokenizers/1")).put("add_prefix_space", true),
        "pre_tokenizer.pretokenizers[1].add_prefix_space: expected false, found true");
    assertRefused(
        json -> json.withObject("/post_processor").put("type", "BertProcessing"),
        "post_processor.type: expected \"RobertaProcessing\", found \"BertProcessing\"");
    assertRefused(
        json -> json.withObject("/model").put("type", "Unigram"),
        "model.type: expected \"BPE\", found \"Unigram\"");
    assertRefused(
        json -> json.withObject("/model").put("end_of_word_suffix", "@"),
        "model.end_of_word_suffix: expected \"</w>\", found \"@\"");
    assertRefused(
        json -> json.withObject("/model").put("dropout", 0.1),
        "model.dropout: expected none, found 0.1");
    assertRefused(
        json -> json.withObject("/model").put("byte_fallback", true),
        "model.byte_fallback: expected false, found true");
    assertRefused(
        json -> ((ArrayNode) json.at("/model/merges")).add("a b c"),
        "model.merges: expected two symbols, found \"a b c\"");
    assertRefused(
        json -> ((ObjectNode) json.at("/added_tokens/6")).put("id", 1700),
        "\"<\u00e9>\": expected the id 1399, which its place gives it, found added with the id"
            + " 1700");
    assertRefused(
        json -> ((ObjectNode) json.at("/added_tokens/1")).put("id", 7),
        "\"<|endoftext|>\": expected the id 1394, which its place gives it, found added with the"
            + " id 7");
    assertRefused(json -> json.remove("model"), "model: expected this key, found no such key");
  }

  private void assertRefused(Consumer<ObjectNode> change, String expected) throws IOException {
    ObjectNode json = tokenizerJson(true);
    change.accept(json);
    write(json);
    String message =
        assertThrows(FileFormatException.class, () -> ClipTokenizer.load(temp)).getMessage();
    String start = temp.resolve("tokenizer.json") + ": " + expected;
    assertTrue(message.startsWith(start), message);
  }

  /// What transformers 5 writes, from the vocabulary and merges of a folder.
  ///
  /// @param pairs whether merges are pairs, as they are today, or one text each
  private ObjectNode tokenizerJson(boolean pairs) throws IOException {
    ObjectNode json = JSON.createObjectNode().put("version", "1.0");
    json.putNull("truncation");
    json.set("added_tokens", recorded.at("/tokenizer_json/added_tokens").deepCopy());
    ArrayNode normalizers =
        json.putObject("normalizer").put("type", "Sequence").putArray("normalizers");
    normalizers.addObject().put("type", "NFC");
    normalizers
        .addObject()
        .put("type", "Replace")
        .put("content", " ")
        .putObject("pattern")
        .put("Regex", "\\s+");
    normalizers.addObject().put("type", "Lowercase");
    ArrayNode cuts =
        json.putObject("pre_tokenizer").put("type", "Sequence").putArray("pretokenizers");
    cuts.addObject()
        .put("type", "Split")
        .put("behavior", "Removed")
        .put("invert", true)
        .putObject("pattern")
        .put("Regex", "'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+");
    cuts.addObject().put("type", "ByteLevel").put("add_prefix_space", false);
    json.putObject("post_processor").put("type", "RobertaProcessing");
    ObjectNode model = json.putObject("model").put("type", "BPE").put("end_of_word_suffix", "</w>");
    model.putNull("dropout").put("continuing_subword_prefix", "").put("fuse_unk", false);
    model.set("vocab", JSON.readTree(tiny.resolve("vocab.json").toFile()));
    ArrayNode merges = model.putArray("merges");
    for (String line : Files.readAllLines(tiny.resolve("merges.txt"))) {
      if (!line.startsWith("#version") && pairs) {
        String[] symbols = line.split(" ", -1);
        merges.addArray().add(symbols[0]).add(symbols[1]);
      } else if (!line.startsWith("#version")) {
        merges.add(line);
      }
    }
    return json;
  }

  private void write(JsonNode json) throws IOException {
    JSON.writeValue(temp.resolve("tokenizer.json").toFile(), json);
  }

  private void copy(String name, Path folder) throws IOException {
    Files.copy(tiny.resolve(name), folder.resolve(name));
  }

  private static void assertIds(JsonNode cases, ClipTokenizer tokenizer) {
    for (JsonNode one : cases) {
      String prompt = one.get("prompt").asText();
      long[] expected = JSON.convertValue(one.get("ids"), long[].class);
      Encoding encoding = tokenizer.encode(prompt);
      assertEquals(expected.length, encoding.untruncatedLength(), prompt);
      assertArrayEquals(expected, Arrays.copyOf(encoding.ids(), expected.length), prompt);
    }
  }
}
