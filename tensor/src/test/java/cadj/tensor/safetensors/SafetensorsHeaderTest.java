package cadj.tensor.safetensors;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cadj.kernels.device.DType;
import cadj.tensor.file.FileFormatException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// One test per rule of the format, with the whole message.
final class SafetensorsHeaderTest {
  private static final Path FILE = Path.of("x.safetensors");

  @Test
  void acceptsWhatIsValid() {
    SafetensorsHeader header =
        parse(
            """
            {"__metadata__":{"k":"v"},
             "b":{"dtype":"F16","shape":[2,3],"data_offsets":[4,16]},
             "a":{"shape":[],"data_offsets":[0,4],"dtype":"F32"},
             "none":{"dtype":"BOOL","shape":[0,7],"data_offsets":[16,16]}}
            """,
            16);
    assertEquals(Map.of("k", "v"), header.metadata());
    assertEquals(List.of("b", "a", "none"), List.copyOf(header.entries().keySet()));
    assertEquals(
        new SafetensorsEntry("b", DType.F16, List.of(2L, 3L), 4, 16), header.entries().get("b"));
    assertEquals(List.of(), header.entries().get("a").dims());
  }

  /// They cover nothing, wherever they stand in the header.
  @Test
  void emptyTensorsMayShareTheirPlaceWithOthers() {
    String json =
        """
        {"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},
         "none":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}
        """;
    assertEquals(List.of("a", "none"), List.copyOf(parse(json, 2).entries().keySet()));
  }

  @Test
  void acceptsNoTensors() {
    assertEquals(Map.of(), parse("{}", 0).entries());
  }

  @Test
  void fileHoldsAHeaderLength() {
    assertMessage("header length: expected 8 bytes, found a file of 7", new byte[7]);
    assertMessage("header length: expected 8 bytes, found a file of 0", new byte[0]);
  }

  @Test
  void headerEndsWithinTheFile() {
    assertMessage(
        "header length: expected at most 2 (the file's size), found 3", bytes(3, "{}", 0));
    assertMessage(
        "header length: expected at most 2 (the file's size), found 18446744073709551615",
        bytes(-1, "{}", 0));
    assertMessage(
        "header length: expected at most 2 (the file's size), found 9223372036854775807",
        bytes(Long.MAX_VALUE, "{}", 0));
  }

  @Test
  void headerIsAtMost100Megabytes() {
    assertMessage(
        "header length: expected at most 100000000 (the format's limit), found 100000001",
        bytes(100_000_001, "{}", 100_000_001));
  }

  @Test
  void headerStartsWithABrace() {
    assertMessage("header: expected '{' first, found another character", bytes(3, " {}", 0));
    assertMessage("header: expected '{' first, found another character", bytes(2, "[]", 0));
    assertMessage("header: expected '{' first, found nothing", bytes(0, "{}", 0));
  }

  @Test
  void headerIsUtf8() {
    byte[] bytes = bytes(8, "{\"xx\":1}", 0);
    bytes[10] = (byte) 0xff;
    assertMessage("expected UTF-8, found an invalid sequence at byte 2", bytes);
  }

  @Test
  void headerIsJson() {
    assertRefused("expected JSON, found its end at character 1", "{", 0);
    assertRefused("expected nothing after the JSON, found more at 2", "{}{}", 0);
  }

  @Test
  void nestingIsLimited() {
    assertRefused(
        "deep: expected at most 64 levels, found more", "{\"deep\":" + "[".repeat(1000), 0);
  }

  @Test
  void eachNameStandsOnce() {
    String entry = "{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}";
    assertRefused(
        "a: expected each key once, found it again", "{\"a\":%s,\"a\":%1$s}".formatted(entry), 1);
  }

  @Test
  void eachFieldStandsOnce() {
    assertRefused(
        "a.shape: expected each key once, found it again",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"shape\":[1],\"data_offsets\":[0,1]}}",
        1);
  }

  @Test
  void eachMetadataKeyStandsOnce() {
    assertRefused(
        "__metadata__.k: expected each key once, found it again",
        "{\"__metadata__\":{\"k\":\"1\",\"k\":\"2\"}}",
        0);
  }

  @Test
  void metadataIsText() {
    assertRefused("__metadata__.k: expected a string, found 1", "{\"__metadata__\":{\"k\":1}}", 0);
    assertRefused("__metadata__: expected an object, found null", "{\"__metadata__\":null}", 0);
  }

  @Test
  void entriesAreObjects() {
    assertRefused("a: expected an object, found a list of 0", "{\"a\":[]}", 0);
  }

  @Test
  void entriesHaveNoOtherFields() {
    assertRefused(
        "a.extra: expected only the keys data_offsets, dtype, shape, found this one",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1],\"extra\":1}}",
        1);
  }

  @Test
  void entriesHaveEveryField() {
    assertRefused(
        "a.dtype: expected this key, found no such key",
        "{\"a\":{\"shape\":[1],\"data_offsets\":[0,1]}}",
        1);
    assertRefused(
        "a.shape: expected this key, found no such key",
        "{\"a\":{\"dtype\":\"U8\",\"data_offsets\":[0,1]}}",
        1);
    assertRefused(
        "a.data_offsets: expected this key, found no such key",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[1]}}",
        1);
  }

  @Test
  void dtypeIsKnown() {
    assertRefused(
        "a.dtype: expected one of F64, F32, F16, BF16, I64, I32, I16, I8, U8, BOOL, found"
            + " \"F8_E4M3\"",
        entry("F8_E4M3", "[1]", "[0,1]"),
        1);
    assertRefused(
        "a.dtype: expected one of F64, F32, F16, BF16, I64, I32, I16, I8, U8, BOOL, found \"f32\"",
        entry("f32", "[1]", "[0,4]"),
        4);
  }

  @Test
  void sizesAreIntegersFromZero() {
    assertRefused("a.shape[1]: expected a number ≥ 0, found -1", entry("U8", "[1,-1]", "[0,1]"), 1);
    assertRefused("a.shape[0]: expected an integer, found 1.0", entry("U8", "[1.0]", "[0,1]"), 1);
    assertRefused(
        "a.shape[0]: expected an integer, found 9.223372036854776E18",
        entry("U8", "[9223372036854775808]", "[0,1]"),
        1);
    assertRefused(
        "a.shape[0]: expected an integer, found a list of 1", entry("U8", "[[1]]", "[0,1]"), 1);
    assertRefused("a.shape: expected a list, found 1", entry("U8", "1", "[0,1]"), 1);
  }

  @Test
  void sizesDoNotOverflow() {
    assertRefused(
        "a.shape: expected fewer than 2^63 bytes, found [4294967296,4294967296]",
        entry("U8", "[4294967296,4294967296]", "[0,1]"),
        1);
    assertRefused(
        "a.shape: expected fewer than 2^63 bytes, found [4611686018427387904]",
        entry("F32", "[4611686018427387904]", "[0,0]"),
        0);
  }

  @Test
  void offsetsAreTwo() {
    assertRefused(
        "a.data_offsets: expected two offsets, found 3", entry("U8", "[1]", "[0,1,1]"), 1);
    assertRefused("a.data_offsets: expected two offsets, found 1", entry("U8", "[1]", "[0]"), 1);
  }

  @Test
  void offsetsAreIntegersFromZero() {
    assertRefused(
        "a.data_offsets[0]: expected a number ≥ 0, found -1", entry("U8", "[1]", "[-1,0]"), 1);
    assertRefused(
        "a.data_offsets[1]: expected an integer, found \"1\"", entry("U8", "[1]", "[0,\"1\"]"), 1);
  }

  @Test
  void offsetsIncrease() {
    assertRefused(
        "a.data_offsets: expected begin ≤ end ≤ 1 bytes of data, found [1,0]",
        entry("U8", "[1]", "[1,0]"),
        1);
  }

  @Test
  void offsetsStayWithinTheData() {
    assertRefused(
        "a.data_offsets: expected begin ≤ end ≤ 1 bytes of data, found [0,2]",
        entry("U8", "[2]", "[0,2]"),
        1);
    assertRefused(
        "a.data_offsets: expected begin ≤ end ≤ 1 bytes of data, found [0,9223372036854775807]",
        entry("U8", "[2]", "[0,9223372036854775807]"),
        1);
  }

  @Test
  void typeTimesShapeIsTheBytes() {
    assertRefused(
        "a.data_offsets: expected 8 bytes for F32 [2], found 4 from [0,4]",
        entry("F32", "[2]", "[0,4]"),
        4);
    assertRefused(
        "a.data_offsets: expected 4 bytes for F32 [], found 8 from [0,8]",
        entry("F32", "[]", "[0,8]"),
        8);
    assertRefused(
        "b.data_offsets: expected 2 bytes for U8 [2], found 1 from [2,3]",
        two("[0,2]", "[2,3]"),
        3);
  }

  @Test
  void tensorsDoNotOverlap() {
    assertRefused(
        "b: expected data from byte 2 on, where \"a\" ends, found an overlap from byte 1",
        two("[0,2]", "[1,3]"),
        3);
    assertRefused(
        "b: expected data from byte 2 on, where \"a\" ends, found an overlap from byte 0",
        two("[0,2]", "[0,2]"),
        2);
  }

  @Test
  void tensorsLeaveNoGap() {
    assertRefused(
        "b: expected data from byte 2 on, found a gap before byte 3", two("[0,2]", "[3,5]"), 5);
    assertRefused(
        "b: expected data from byte 0 on, found a gap before byte 1", two("[3,5]", "[1,3]"), 5);
  }

  @Test
  void tensorsCoverAllData() {
    assertRefused("data: expected 4 bytes, as the header says, found 5", two("[0,2]", "[2,4]"), 5);
    assertRefused("data: expected 0 bytes, as the header says, found 1", "{}", 1);
  }

  private static String entry(String dtype, String shape, String offsets) {
    return "{\"a\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":%s}}"
        .formatted(dtype, shape, offsets);
  }

  /// Tensors a and b of two bytes each.
  private static String two(String offsetsA, String offsetsB) {
    String entry = "\"%s\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":%s}";
    return "{%s,%s}".formatted(entry.formatted("a", offsetsA), entry.formatted("b", offsetsB));
  }

  private static void assertRefused(String message, String json, int dataBytes) {
    assertMessage(message, bytes(json.getBytes(UTF_8).length, json, dataBytes));
  }

  private static void assertMessage(String message, byte[] bytes) {
    FileFormatException thrown =
        assertThrows(
            FileFormatException.class,
            () -> SafetensorsHeader.parse(FILE, MemorySegment.ofArray(bytes)));
    assertEquals(FILE + ": " + message, thrown.getMessage());
  }

  private static SafetensorsHeader parse(String json, int dataBytes) {
    byte[] bytes = bytes(json.getBytes(UTF_8).length, json, dataBytes);
    return SafetensorsHeader.parse(FILE, MemorySegment.ofArray(bytes));
  }

  private static byte[] bytes(long length, String json, int dataBytes) {
    byte[] header = json.getBytes(UTF_8);
    return ByteBuffer.allocate(8 + header.length + dataBytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(length)
        .put(header)
        .array();
  }
}
