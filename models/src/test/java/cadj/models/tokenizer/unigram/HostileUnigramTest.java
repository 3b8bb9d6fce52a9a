package cadj.models.tokenizer.unigram;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import cadj.tensor.json.HostileFile;
import cadj.tensor.json.Mutator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// Thousands of damaged files. Loading and encoding may succeed, or fail with one error of one
/// line; and memory stays near the size of the files.
@Execution(ExecutionMode.CONCURRENT)
final class HostileUnigramTest {
  private static final int MUTANTS = 1_500;
  private static final long ALLOWANCE = 4 << 20;
  private static final long BYTES_PER_BYTE = 512;

  private static final String PROMPT =
      "a cat\t</s> e\u0301\u0302<extra_id_0> \u00c0\u0001a  <new> act\u4e2d\ud83d\ude00 \ud800";

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
          "-1e-9",
          "0.5",
          "2147483648",
          "\"\"",
          "\" \"",
          "\"a\"",
          "\"\\u2581\"",
          "\"<unk>\"",
          "\"first\"",
          "\"never\"",
          "\"WhitespaceSplit\"",
          "\"Strip\"",
          "[\"a\",-1]",
          "\"\\ud800\"",
          "\u00ff");

  private static final String CONFIG =
      """
      {"pad_token":{"content":"<pad>"},"extra_ids":3,"legacy":true,"additional_special_tokens":\
      ["<new>"],"added_tokens_decoder":{"0":{"content":"<pad>","special":true}}}\
      """;

  private final Mutator mutator = new Mutator(new Random(20261130), PIECES);

  @TempDir private Path temp;

  private static String json() {
    return """
    {"added_tokens":[{"id":0,"content":"<pad>","special":true},{"id":8,"content":"<new>",\
    "lstrip":true,"normalized":true}],"normalizer":{"type":"Sequence","normalizers":[{"type":\
    "Precompiled","precompiled_charsmap":"%s"},{"type":"Strip","strip_left":false,"strip_right":\
    true},{"type":"Replace","pattern":{"Regex":" {2,}"},"content":"\u2581"}]},"pre_tokenizer":\
    {"type":"Metaspace","replacement":"\u2581","prepend_scheme":"always","split":true},\
    "post_processor":{"type":"TemplateProcessing","single":[{"Sequence":{"id":"A"}},\
    {"SpecialToken":{"id":"</s>"}}],"special_tokens":{"</s>":{"id":"</s>","ids":[1]}}},"model":\
    {"type":"Unigram","unk_id":2,"byte_fallback":false,"vocab":[["<pad>",0],["</s>",0],["<unk>",0],\
    ["\u2581",-3.5],["\u2581a",-2],["a",-4],["c",-4.5],["\u2581cat",-2.5]]}}\
    """
        .formatted(Base64.getEncoder().encodeToString(SpieceBytes.charsmap(SpieceBytes.MAPPINGS)));
  }

  @Test
  void damagedSentencePieceModels() throws IOException {
    Files.writeString(temp.resolve(T5Folder.CONFIG), CONFIG);
    byte[] whole = SpieceBytes.small();
    assertMutants(T5Folder.SPIECE, whole, () -> damagedBytes(whole));
  }

  @Test
  void damagedTokenizerJson() throws IOException {
    byte[] whole = json().getBytes(UTF_8);
    assertMutants(T5Folder.JSON, whole, () -> mutator.mutate(whole));
  }

  @Test
  void damagedConfigurations() throws IOException {
    Files.write(temp.resolve(T5Folder.SPIECE), SpieceBytes.small());
    byte[] whole = CONFIG.getBytes(UTF_8);
    assertMutants(T5Folder.CONFIG, whole, () -> mutator.mutate(whole));
  }

  /// A real charsmap, damaged where it matters: within its trie's units and its replacements.
  @Test
  void damagedCharsmaps() throws IOException {
    byte[] whole = Files.readAllBytes(T5Folder.source().resolve(T5Folder.SPIECE));
    int accepted = 0;
    for (int i = 0; i < 300; i++) {
      byte[] mutant = whole;
      for (int flips = 1 + i % 20; flips > 0; flips--) {
        mutant = mutator.flip(mutant, mutant.length);
      }
      accepted += accepts(T5Folder.SPIECE, mutant) ? 1 : 0;
    }
    assertTrue(accepted > 0 && accepted < 300, accepted + " mutants were accepted");
  }

  private interface Damage {
    byte[] next();
  }

  private void assertMutants(String name, byte[] whole, Damage damage) throws IOException {
    assertTrue(accepts(name, whole));
    int accepted = 0;
    for (int i = 0; i < MUTANTS; i++) {
      accepted += accepts(name, damage.next()) ? 1 : 0;
    }
    assertTrue(accepted > MUTANTS / 50, accepted + " mutants were accepted");
    assertTrue(accepted < MUTANTS * 9 / 10, accepted + " mutants were accepted");
  }

  /// Mostly where there is something else than zeros.
  private byte[] damagedBytes(byte[] whole) {
    Random random = mutator.random();
    byte[] mutant = whole.clone();
    for (int edits = 1 + random.nextInt(3); edits > 0; edits--) {
      switch (random.nextInt(8)) {
        case 0 -> mutant = mutator.truncate(mutant);
        case 1 -> mutant = mutator.lengthen(mutant);
        default -> {
          int at = random.nextInt(Math.max(1, mutant.length));
          while (at < mutant.length && mutant[at] == 0) {
            at++;
          }
          if (at < mutant.length) {
            mutant[at] =
                (byte)
                    (random.nextBoolean() ? random.nextInt() : mutant[at] ^ 1 << random.nextInt(8));
          }
        }
      }
    }
    return mutant;
  }

  private boolean accepts(String name, byte[] mutant) throws IOException {
    Files.write(temp.resolve(name), mutant);
    long bound = ALLOWANCE + BYTES_PER_BYTE * (4096 + mutant.length);
    try {
      return assertTimeoutPreemptively(
          Duration.ofSeconds(30), () -> HostileFile.accepted(temp, bound, this::load));
    } catch (RuntimeException | Error e) {
      return fail(name + ": " + new String(Arrays.copyOf(mutant, 2000), ISO_8859_1), e);
    }
  }

  private void load() {
    T5Tokenizer tokenizer = T5Tokenizer.load(temp);
    int prompt = PROMPT.length();
    for (Token token : tokenizer.tokens(PROMPT)) {
      assertTrue(token.id() >= 0 && token.id() < tokenizer.vocabSize(), () -> "id " + token.id());
      assertTrue(token.from() >= 0 && token.from() <= token.to() && token.to() <= prompt);
    }
    for (long id : tokenizer.encode(PROMPT.repeat(3), 20).ids()) {
      assertTrue(!tokenizer.name((int) id).isEmpty());
    }
  }
}
