package cadj.models.tokenizer;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import cadj.tensor.json.HostileFile;
import cadj.tensor.json.Mutator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Thousands of tokenizer folders with one damaged file. Loading and encoding may succeed, or fail
/// with one error of one line; and memory stays near the size of the files.
final class HostileTokenizerTest {
  private static final int MUTANTS = 10_000;
  private static final int MUTANTS_IN_A_ROW = 20;
  private static final long ALLOWANCE = 2 << 20;
  private static final long BYTES_PER_BYTE = 512;

  private static final String PROMPT =
      "a cat! <|endoftext|> <|EndOfText|> <new> xNEWx it's \u4e2d \ud83d\ude00 \ud800 &amp;"
          + " \u00c3\u00a9";

  private static final List<String> PIECES =
      List.of(
          "{",
          "}",
          "[",
          "]",
          ",",
          ":",
          "null",
          "true",
          "false",
          "-1",
          "1e999",
          "2147483648",
          "\"\"",
          "\" \"",
          "\"a\"",
          "\"<new>\"",
          "\"<|endoftext|>\"",
          "\"content\"",
          "\"added_tokens\":",
          "\"normalized\":",
          "\"\\ud800\"",
          "[\"a\",\"b\"]",
          "{\"content\":\"a\"}",
          "a b\n",
          "\n",
          "\u0000",
          "\u00ff");

  private static final String SPECIALS =
      """
      "bos_token":"<|startoftext|>","eos_token":{"content":"<|endoftext|>","normalized":true},\
      "unk_token":"<|endoftext|>","pad_token":"!"\
      """;

  private static final String VOCAB =
      """
      {"!":0,"!</w>":1,"a":2,"a</w>":3,"c":4,"t</w>":5,"at</w>":6,"cat</w>":7,\
      "<|startoftext|>":8,"<|endoftext|>":9}\
      """;

  private static final String TOKENIZER_JSON =
      """
      {"added_tokens":[{"id":8,"content":"<|startoftext|>","special":true,"normalized":true},\
      {"id":10,"content":"<new>","lstrip":true,"single_word":false},\
      {"id":11,"content":"new","single_word":true,"rstrip":true}],\
      "normalizer":{"type":"Sequence","normalizers":[{"type":"NFC"},{"type":"Replace","pattern":\
      {"Regex":"\\\\s+"},"content":" "},{"type":"Lowercase"}]},"pre_tokenizer":{"type":"Sequence",\
      "pretokenizers":[{"type":"Split","pattern":{"Regex":"'s|'t|'re|'ve|'m|'ll|'d|[\\\\p{L}]+|\
      [\\\\p{N}]|[^\\\\s\\\\p{L}\\\\p{N}]+"},"behavior":"Removed","invert":true},\
      {"type":"ByteLevel","add_prefix_space":false}]},"post_processor":\
      {"type":"RobertaProcessing"},"model":{"type":"BPE","dropout":null,"end_of_word_suffix":\
      "</w>","vocab":%s,"merges":[["a","t</w>"],"c at</w>"]}}\
      """
          .formatted(VOCAB);

  @TempDir private Path temp;

  @Test
  void damagedFilesEndInOneErrorOrSucceed() throws IOException {
    Map<Path, byte[]> files = new LinkedHashMap<>();
    add(files, "json", "tokenizer.json", TOKENIZER_JSON.getBytes(UTF_8));
    add(files, "json", "tokenizer_config.json", ("{" + SPECIALS + "}").getBytes(UTF_8));
    add(files, "plain", "vocab.json", VOCAB.getBytes(UTF_8));
    add(files, "plain", "merges.txt", "#version: 0.2\na t</w>\nc at</w>\n".getBytes(UTF_8));
    add(files, "plain", "added_tokens.json", "{\"<new>\":10,\"new\":11}".getBytes(UTF_8));
    add(files, "plain", "special_tokens_map.json", ("{" + SPECIALS + "}").getBytes(UTF_8));
    add(files, "plain", "tokenizer_config.json", "{\"model_max_length\":77}".getBytes(UTF_8));
    add(files, "gz", "vocab.json.gz", compressed(VOCAB));
    add(files, "gz", "merges.txt.gz", compressed("#version: 0.2\na t</w>\n"));
    add(
        files,
        "gz",
        "tokenizer_config.json",
        """
        {"added_tokens_decoder":{"9":{"content":"<|endoftext|>","special":true},\
        "10":{"content":"<new>"}},"model_max_length":9}\
        """
            .getBytes(UTF_8));
    Mutator mutator = new Mutator(new Random(20260412), PIECES);
    List<Path> paths = List.copyOf(files.keySet());
    for (Path path : paths) {
      load(requireNonNull(path.getParent()), Cleaning.TRANSFORMERS);
    }
    int accepted = 0;
    for (int i = 0; i < MUTANTS; i++) {
      int turn = i / MUTANTS_IN_A_ROW;
      Path path = paths.get(turn % 3 == 0 ? 0 : turn % paths.size());
      byte[] mutant = requireNonNull(files.get(path));
      for (int edits = 1 + mutator.random().nextInt(3); edits > 0; edits--) {
        mutant = mutator.mutate(mutant);
      }
      Files.write(path, mutant);
      Cleaning cleaning = i % 2 == 0 ? Cleaning.OPENAI : Cleaning.TRANSFORMERS;
      accepted += accepts(path, mutant, cleaning) ? 1 : 0;
      if (i % MUTANTS_IN_A_ROW == MUTANTS_IN_A_ROW - 1) {
        Files.write(path, requireNonNull(files.get(path)));
      }
    }
    assertTrue(accepted > MUTANTS / 50, accepted + " mutants were accepted");
    assertTrue(accepted < MUTANTS * 3 / 4, accepted + " mutants were accepted");
  }

  /// A few bytes that are gigabytes when inflated.
  @Test
  void compressedBombsStayCheap() throws IOException {
    Path bomb = temp.resolve("vocab.json.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(bomb))) {
      byte[] spaces = " ".repeat(1 << 20).getBytes(UTF_8);
      for (int i = 0; i < 200; i++) {
        out.write(spaces);
      }
    }
    Files.writeString(temp.resolve("merges.txt"), "");
    assertTrue(!HostileFile.accepted(temp, 512L << 20, () -> load(temp, Cleaning.TRANSFORMERS)));
  }

  private void add(Map<Path, byte[]> files, String folder, String name, byte[] content)
      throws IOException {
    Path path = Files.createDirectories(temp.resolve(folder)).resolve(name);
    Files.write(path, content);
    files.put(path, content);
  }

  private static byte[] compressed(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(bytes)) {
      out.write(text.getBytes(UTF_8));
    }
    return bytes.toByteArray();
  }

  private boolean accepts(Path path, byte[] mutant, Cleaning cleaning) {
    long bound = ALLOWANCE + BYTES_PER_BYTE * (4096 + mutant.length);
    try {
      return HostileFile.accepted(
          temp, bound, () -> load(requireNonNull(path.getParent()), cleaning));
    } catch (RuntimeException | Error e) {
      return fail(path + ": " + new String(mutant, ISO_8859_1), e);
    }
  }

  private static void load(Path folder, Cleaning cleaning) {
    ClipTokenizer tokenizer = ClipTokenizer.load(folder, cleaning);
    Encoding encoding = tokenizer.encode(PROMPT.repeat(3));
    for (long id : encoding.ids()) {
      assertTrue(id >= 0 && id < tokenizer.vocabSize(), () -> "id " + id);
    }
  }
}
