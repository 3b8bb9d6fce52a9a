package cadj.models.tokenizer;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.tensor.file.FileFormatException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Byte-pair encoding by a tokenizer of nine positions that knows "cat", single letters and little
/// else.
class ClipTokenizerTest {
  private static final String START = "<|startoftext|>";
  private static final String END = "<|endoftext|>";

  private final List<String> vocabulary =
      new ArrayList<>(
          List.of("!", "!</w>", "a", "b", "c", "t", "a</w>", "b</w>", "t</w>", "c</w>"));

  @TempDir private Path folder;

  @BeforeEach
  void write() throws IOException {
    vocabulary.addAll(List.of("ca", "cat</w>", "at</w>", START, END));
    writeVocabulary();
    merges("#version: 0.2", "c a", "ca t</w>", "a t</w>");
    config("{\"model_max_length\": 9}");
  }

  @Test
  void wordsAreMergedByRank() {
    assertEncodes("cat cat", "cat</w> cat</w>");
    assertEncodes("at bat", "at</w> b at</w>");
    assertEncodes("ct", "c t</w>");
  }

  /// As the library tokenizers reads it: only what says `#version` is no rule.
  @Test
  void theMergesFilesFirstLineMayBeItsVersion() throws IOException {
    merges("#version: 0.2", "a t</w>", "c a", "ca t</w>");
    assertEncodes("cat at", "c at</w> at</w>");
    merges("c a", "ca t</w>", "a t</w>");
    assertEncodes("cat at", "cat</w> at</w>");
  }

  @Test
  void aRuleSaidTwiceHasItsLaterRank() throws IOException {
    merges("c a", "a t</w>", "c a", "ca t</w>");
    assertEncodes("cat", "c at</w>");
  }

  @Test
  void mergesMayLackALastLineEndOrEndInABlankLine() throws IOException {
    Files.writeString(folder.resolve("merges.txt"), "#version\nc a\nca t</w>");
    assertEncodes("cat", "cat</w>");
    Files.writeString(folder.resolve("merges.txt"), "#version\nc a\nca t</w>\n \n");
    assertEncodes("cat", "cat</w>");
  }

  /// Left to right: of three equal symbols the first two become one.
  @Test
  void everyOccurrenceOfAPairIsMerged() throws IOException {
    vocabulary.add("aa");
    writeVocabulary();
    merges("#version: 0.2", "a a");
    assertEncodes("aaaat", "aa aa t</w>");
    assertEncodes("aaat", "aa a t</w>");
    assertEncodes("taaa", "t aa a</w>");
  }

  @Test
  void anEmptyPromptIsStartEndAndPadding() {
    assertEquals(
        "%s %s %s".formatted(START, END, (END + " ").repeat(7).strip()), tokens(encode("")));
    assertEquals(2, encode("").untruncatedLength());
    assertEncodes(" \t\n ", "");
  }

  @Test
  void letterCaseAndWhitespaceDoNotMatter() {
    assertEncodes("  CaT\n\tAT ", "cat</w> at</w>");
  }

  @Test
  void whatExceedsIsCutOffBeforeTheEnd() {
    Encoding full = encode("a ".repeat(7));
    assertEquals(9, full.untruncatedLength());
    assertFalse(full.isTruncated());
    Encoding cut = encode("a ".repeat(8));
    assertEquals(10, cut.untruncatedLength());
    assertTrue(cut.isTruncated());
    assertEquals(START + " a</w>".repeat(7) + " " + END, tokens(cut));
    assertEquals(tokens(full), tokens(cut));
  }

  @Test
  void specialsInsidePromptsBecomeTheirIds() {
    assertEncodes("cat " + END + " at", "cat</w> " + END + " at</w>");
    assertEncodes("a" + END + END + "a", "a</w> " + END + " " + END + " a</w>");
    assertEncodes(START + "cat", START + " cat</w>");
  }

  /// As Stable Diffusion 2 has it: then `!` is a special token within prompts too.
  @Test
  void exclamationMarksMayPad() throws IOException {
    assertEncodes("a! a", "a</w> !</w> a</w>");
    Files.writeString(folder.resolve("special_tokens_map.json"), "{\"pad_token\": \"!\"}");
    ClipTokenizer tokenizer = ClipTokenizer.load(folder);
    assertEquals(0, tokenizer.padId());
    assertEquals(
        String.join(" ", START, "a</w>", "!", "!", "a</w>", END, "!", "!", "!"),
        tokens(tokenizer.encode("a!! a")));
  }

  @Test
  void specialsMayBeObjectsWithTheirContent() throws IOException {
    config("{\"model_max_length\": 9, \"pad_token\": {\"content\": \"!\", \"lstrip\": false}}");
    assertEquals(0, ClipTokenizer.load(folder).padId());
  }

  @Test
  void unknownLettersBecomeTheUnknownToken() {
    assertEncodes("z", END);
  }

  /// Files that name no length write one of 10³⁰.
  @Test
  void hugeLengthsMean77() throws IOException {
    config("{\"model_max_length\": 1000000000000000019884624838656}");
    assertEquals(77, ClipTokenizer.load(folder).maxLength());
    config("{}");
    assertEquals(77, ClipTokenizer.load(folder).maxLength());
  }

  @Test
  void lengthsAreFrom2To65536() throws IOException {
    config("{\"model_max_length\": 2}");
    assertEquals(START + " " + END, tokens(encode("cat")));
    config("{\"model_max_length\": 65536}");
    assertEquals(65536, ClipTokenizer.load(folder).maxLength());
    config("{\"model_max_length\": 65537}");
    assertEquals(77, ClipTokenizer.load(folder).maxLength());
  }

  /// A comment of zeros.
  @Test
  void mergesAreAtMost64Megabytes() throws IOException {
    try (RandomAccessFile file =
        new RandomAccessFile(folder.resolve("merges.txt").toFile(), "rw")) {
      file.setLength(0);
      file.writeBytes("#version");
      file.setLength(64 << 20);
      assertEncodes("cat", "c a t</w>");
      file.setLength((64 << 20) + 1);
    }
    assertRefused("merges.txt: expected at most 67108864 bytes, found 67108865 bytes");
  }

  @Test
  void brokenFilesAreRefused() throws IOException {
    merges("#version: 0.2", "c a t");
    assertRefused("merges.txt: line 2: expected two symbols, found \"c a t\"");
    merges("#version: 0.2", "c b");
    assertRefused("merges.txt: line 2: expected symbols whose merger is in the vocabulary");
    merges("#version: 0.2", "", "c a");
    assertRefused("merges.txt: line 2: expected two symbols, found \"\"");
    merges("#version: 0.2");
    config("{\"model_max_length\": 1}");
    assertRefused("tokenizer_config.json: model_max_length: expected at least 2, found 1.0");
    config("{\"pad_token\": \"<pad>\"}");
    assertRefused("vocab.json: \"<pad>\": expected an id for this special token, found none");
    Files.writeString(folder.resolve("vocab.json"), "{\"a\": 0, \"b\": 0}");
    assertRefused("vocab.json: b: expected an id of its own, found 0, which another token has");
    Files.writeString(folder.resolve("vocab.json"), "{\"a\": 0, \"b\": 2}");
    assertRefused("vocab.json: b: expected an id from 0 to 1, found 2");
    Files.writeString(folder.resolve("vocab.json"), "{}");
    assertRefused("vocab.json: expected at least one token, found none");
  }

  private void writeVocabulary() throws IOException {
    Files.writeString(
        folder.resolve("vocab.json"),
        IntStream.range(0, vocabulary.size())
            .mapToObj(id -> "\"%s\": %d".formatted(vocabulary.get(id), id))
            .collect(joining(", ", "{", "}")));
  }

  private void merges(String... lines) throws IOException {
    Files.writeString(folder.resolve("merges.txt"), String.join("\n", lines) + "\n");
  }

  private void config(String json) throws IOException {
    Files.writeString(folder.resolve("tokenizer_config.json"), json);
  }

  private Encoding encode(String prompt) {
    return ClipTokenizer.load(folder).encode(prompt);
  }

  private String tokens(Encoding encoding) {
    return Arrays.stream(encoding.ids())
        .mapToObj(id -> vocabulary.get((int) id))
        .collect(joining(" "));
  }

  /// The tokens between start and end.
  private void assertEncodes(String prompt, String expected) {
    Encoding encoding = encode(prompt);
    List<String> all = List.of(tokens(encoding).split(" ", -1));
    assertEquals(
        expected, String.join(" ", all.subList(1, encoding.untruncatedLength() - 1)), prompt);
    assertEquals(START, all.getFirst());
    assertEquals(END, all.get(encoding.untruncatedLength() - 1));
  }

  private void assertRefused(String expected) {
    String message =
        assertThrows(FileFormatException.class, () -> ClipTokenizer.load(folder)).getMessage();
    assertTrue(message.startsWith(folder + "/" + expected), message);
  }
}
