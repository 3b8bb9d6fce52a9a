package cadj.models.tokenizer.unigram;

import static cadj.models.tokenizer.unigram.SpieceBytes.NORMAL;
import static cadj.models.tokenizer.unigram.SpieceBytes.bytes;
import static cadj.models.tokenizer.unigram.SpieceBytes.concat;
import static cadj.models.tokenizer.unigram.SpieceBytes.fixed;
import static cadj.models.tokenizer.unigram.SpieceBytes.piece;
import static cadj.models.tokenizer.unigram.SpieceBytes.small;
import static cadj.models.tokenizer.unigram.SpieceBytes.varint;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a SentencePiece model or its configuration says that is damaged, or is done to a text
/// otherwise than by T5's, is refused by name.
class SpieceModelTest {
  @TempDir private Path temp;

  /// A valid model, then this: protobuf's fields may come in any order.
  private void assertRefusedAfter(byte[] more, String expected) throws IOException {
    T5Folder.assertSpieceRefused(temp, concat(small(), more), expected);
  }

  @Test
  void theSmallModelIsWhole() throws IOException {
    Files.write(temp.resolve(T5Folder.SPIECE), small());
    T5Tokenizer tokenizer = T5Tokenizer.load(temp);
    assertEquals(109, tokenizer.vocabSize());
    assertEquals(
        List.of("▁a", "▁cat", "▁", "\u00e9", "c", "a", "A\u0300", "a"),
        T5Folder.texts(tokenizer, "a\tcat e\u0301c\u0001a\u00c0a"));
  }

  @Test
  void piecesOfASentencePieceModel() throws IOException {
    assertRefusedAfter(
        piece("▁a", -1, NORMAL),
        "pieces[9]: expected each piece once, found \"▁a\", which is piece 4 too");
    assertRefusedAfter(
        piece("", -1, NORMAL),
        "pieces[9]: expected a piece of 1 to 512 characters, found one of 0");
    assertRefusedAfter(
        piece("x".repeat(513), -1, NORMAL),
        "pieces[9]: expected a piece of 1 to 512 characters, found one of 513");
    assertRefusedAfter(
        piece("x", Float.NaN, NORMAL),
        "pieces[9]: expected the logarithm of a probability as score, found NaN");
    assertRefusedAfter(
        piece("x", Float.NEGATIVE_INFINITY, NORMAL),
        "pieces[9]: expected the logarithm of a probability as score, found -Infinity");
    assertRefusedAfter(
        piece("x", 0.5f, NORMAL),
        "pieces[9]: expected the logarithm of a probability as score, found 0.5");
    assertRefusedAfter(
        piece("x", -1, 6),
        "pieces[9].type: expected 1 (NORMAL), 2 (UNKNOWN), 3 (CONTROL) or 4 (USER_DEFINED), found"
            + " 6");
    assertRefusedAfter(
        bytes(1, bytes(1, new byte[] {'x', (byte) 0xC3})),
        "pieces[9].piece: expected UTF-8 text, found other bytes");
    assertRefusedAfter(
        piece("<unk2>", 0, SpieceBytes.UNKNOWN),
        "trainer_spec.unk_id: expected the one piece of type 2 (UNKNOWN), of pieces [2, 9], found"
            + " 2");
    assertRefusedAfter(
        bytes(2, varint(40, (1L << 32) + 2)),
        "trainer_spec.unk_id: expected the one piece of type 2 (UNKNOWN), of pieces [2], found"
            + " 4294967298");
    T5Folder.assertSpieceRefused(
        temp, new byte[0], "trainer_spec.unk_id: expected the one piece of type 2");
    T5Folder.assertSpieceRefused(
        temp,
        piece("<unk>", 0, SpieceBytes.UNKNOWN),
        "pieces: expected one called </s>, found none");
    assertRefusedAfter(
        piece("<extra_id_7>", 0, NORMAL),
        "extra_ids: expected each piece once, found \"<extra_id_7>\", which is piece 9 too");
  }

  @Test
  void settingsOfASentencePieceModel() throws IOException {
    assertRefusedAfter(
        bytes(2, varint(3, 2)), "trainer_spec.model_type: expected 1 (UNIGRAM), found 2");
    assertRefusedAfter(
        bytes(2, varint(35, 1)), "trainer_spec.byte_fallback: expected false, found true");
    assertRefusedAfter(
        bytes(2, varint(24, 1)),
        "trainer_spec.treat_whitespace_as_suffix: expected false, found true");
    assertRefusedAfter(
        bytes(3, varint(3, 0)), "normalizer_spec.add_dummy_prefix: expected true, found false");
    assertRefusedAfter(
        bytes(3, varint(4, 0)),
        "normalizer_spec.remove_extra_whitespaces: expected true, found false");
    assertRefusedAfter(
        bytes(3, varint(5, 0)), "normalizer_spec.escape_whitespaces: expected true, found false");
  }

  @Test
  void damagedProtobuf() throws IOException {
    assertRefusedAfter(new byte[] {0x0A}, "pieces[9]: expected 1 bytes, found 0 to the end");
    assertRefusedAfter(new byte[] {0x0A, 5, 1}, "pieces[9]: expected 5 bytes, found 1 to the end");
    byte[] beyond = {0x0A, -1, -1, -1, -1, -1, -1, -1, -1, -1, 1};
    assertRefusedAfter(
        beyond, "pieces[9]: expected 18446744073709551615 bytes, found 0 to the end");
    byte[] endless = {0x0A, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 1};
    assertRefusedAfter(
        endless, "pieces[9]: expected a varint of at most ten bytes, found a longer one");
    assertRefusedAfter(
        bytes(1, fixed(1, 2)), "pieces[9].piece: expected a length and bytes, found wire type 5");
    assertRefusedAfter(
        bytes(1, varint(2, 2)), "pieces[9].score: expected four bytes, found wire type 0");
    assertRefusedAfter(bytes(1, bytes(3)), "pieces[9].type: expected a varint, found wire type 2");
    assertRefusedAfter(
        bytes(1, new byte[] {0x15, 0, 0}), "pieces[9].score: expected 4 bytes, found 2 to the end");
    assertRefusedAfter(
        new byte[] {0x7B}, "field 15: expected a wire type of 0, 1, 2 or 5, found 3");
    assertRefusedAfter(new byte[] {0x02}, "expected a field, found the tag 2");
    assertRefusedAfter(new byte[] {0x79, 1}, "field 15: expected 8 bytes, found 1 to the end");
    assertRefusedAfter(new byte[] {0x7D, 1}, "field 15: expected 4 bytes, found 1 to the end");
    assertRefusedAfter(new byte[] {0x7A, 1}, "field 15: expected 1 bytes, found 0 to the end");
  }

  @Test
  void otherConfigurations() throws IOException {
    Files.write(temp.resolve(T5Folder.SPIECE), small());
    assertConfigRefused("{\"extra_ids\":-1}", "extra_ids: expected 0 to 4096 tokens, found -1");
    assertConfigRefused("{\"extra_ids\":4097}", "extra_ids: expected 0 to 4096 tokens, found 4097");
    assertConfigRefused(
        "{\"pad_token\":\"\"}", "pad_token: expected a token with a name, found none");
    assertConfigRefused(
        "{\"added_tokens_decoder\":{\"5\":{\"content\":\"<pad>\"}}}",
        "added_tokens_decoder: expected \"<pad>\" to have the id 0, which its place gives it, found"
            + " the id 5");
    Files.delete(temp.resolve(T5Folder.SPIECE));
    Files.writeString(temp.resolve(T5Folder.CONFIG), "{}");
    T5Folder.assertRefused(temp, T5Folder.SPIECE, "expected a file, found none");
  }

  private void assertConfigRefused(String config, String expected) throws IOException {
    Files.writeString(temp.resolve(T5Folder.CONFIG), config);
    T5Folder.assertRefused(temp, T5Folder.CONFIG, expected);
  }
}
