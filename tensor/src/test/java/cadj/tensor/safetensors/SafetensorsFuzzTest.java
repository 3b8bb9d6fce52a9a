package cadj.tensor.safetensors;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import cadj.kernels.device.DType;
import cadj.tensor.Tensor;
import cadj.tensor.json.FileFormatException;
import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Thousands of damaged files. Reading one may succeed, or fail with one error of one line; and it
/// may allocate no more than the file's size times a small constant.
final class SafetensorsFuzzTest {
  private static final long SEED = 20250101;
  private static final int MUTANTS = 6_000;

  /// Bytes allocated per byte of file: text twice, then the tree of JSON with its boxed numbers.
  private static final long BYTES_PER_BYTE = 64;

  /// What opening any file costs: mapping, parser, decoder, an exception's stack trace.
  private static final long ALLOWANCE = 128 << 10;

  private static final Pattern NUMBER = Pattern.compile("\\d+");
  private static final Pattern TOKEN =
      Pattern.compile("\"[^\"]*\"|\\d+|[\\[\\]{}:,]", Pattern.DOTALL);
  private static final List<String> NUMBERS =
      List.of(
          "0",
          "-1",
          "1",
          "1.5",
          "1e3",
          "2147483648",
          "4294967296",
          "9223372036854775807",
          "9223372036854775808",
          "18446744073709551615",
          "1e400",
          "-0",
          "00",
          "null",
          "\"4\"");
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
          "\"\"",
          "\"dtype\"",
          "\"shape\"",
          "\"data_offsets\"",
          "\"__metadata__\"",
          "\"F32\"",
          "\"F8\"",
          "\"\\ud800\"",
          "[[[[",
          "{\"a\":",
          "[0,0]",
          " ",
          "\u0000",
          "\u00ff");

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @TempDir private Path folder;

  @Test
  void damagedFilesEndInOneErrorOrSucceed() throws IOException {
    List<byte[]> seeds = seeds();
    Path path = folder.resolve("mutant.safetensors");
    for (byte[] seed : seeds) {
      assertTrue(read(path, seed), "a valid file is refused");
    }
    Random random = new Random(SEED);
    int accepted = 0;
    for (int i = 0; i < MUTANTS; i++) {
      byte[] mutant = seeds.get(random.nextInt(seeds.size()));
      for (int edits = 1 + random.nextInt(3); edits > 0; edits--) {
        mutant = mutate(mutant, random);
      }
      try {
        // a mapping costs milliseconds, so most refused mutants are not brought into a file
        boolean valid = isValid(path, mutant);
        accepted += valid ? 1 : 0;
        if (valid || i % 16 == 0) {
          assertEquals(valid, read(path, mutant), "on file and in memory");
        }
      } catch (RuntimeException | Error e) {
        fail("mutant %d: %s".formatted(i, new String(mutant, ISO_8859_1)), e);
      }
    }
    assertTrue(accepted > MUTANTS / 50, "only %d mutants were accepted".formatted(accepted));
    assertTrue(accepted < MUTANTS / 2, "%d mutants were accepted".formatted(accepted));
  }

  /// Headers made to be costly: many empty containers, long names, deep nesting, huge claims.
  @Test
  void costlyHeadersStayCheap() throws IOException {
    Path path = folder.resolve("costly.safetensors");
    List<String> headers =
        List.of(
            "{\"a\":[" + "[],".repeat(100_000) + "[]]}",
            "{\"a\":[" + "{},".repeat(100_000) + "{}]}",
            "{\"a\":[" + "9999,".repeat(100_000) + "9]}",
            "{\"a\":{\"dtype\":\"U8\",\"data_offsets\":[0,0],\"shape\":["
                + "1,".repeat(100_000)
                + "0]}}",
            "{\"" + "n".repeat(300_000) + "\":1}",
            "{\"a\":\"" + "\\u4e2d".repeat(100_000) + "\"}",
            "{\"a\":" + "[".repeat(300_000),
            "{\"a\":1" + "0".repeat(300_000) + "}",
            "{\"a\":{\"dtype\":\"F64\",\"shape\":[268435456],\"data_offsets\":[0,2147483648]}}",
            "{\"__metadata__\":{" + manyKeys(20_000, "\"\"") + "}}",
            "{" + manyKeys(8_000, "{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}") + "}");
    for (String header : headers) {
      read(path, file(header, new byte[0]));
    }
  }

  /// Whether the header of a file of these bytes is accepted; checks cost and error.
  private static boolean isValid(Path path, byte[] bytes) {
    String error = null;
    long before = THREADS.getThreadAllocatedBytes(Thread.currentThread().threadId());
    try {
      SafetensorsHeader.parse(path, MemorySegment.ofArray(bytes));
    } catch (FileFormatException e) {
      error = e.getMessage();
    }
    check(path, bytes, error, before);
    return error == null;
  }

  /// Reads all of a file, checks cost and error, and says whether it was accepted.
  private static boolean read(Path path, byte[] bytes) throws IOException {
    Files.write(path, bytes);
    String error = null;
    long before = THREADS.getThreadAllocatedBytes(Thread.currentThread().threadId());
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      for (String name : file.names()) {
        file.tensor(name);
      }
    } catch (FileFormatException e) {
      error = e.getMessage();
    }
    check(path, bytes, error, before);
    return error == null;
  }

  private static void check(Path path, byte[] bytes, @Nullable String error, long before) {
    long now = THREADS.getThreadAllocatedBytes(Thread.currentThread().threadId());
    long allocated = now - before;
    long bound = ALLOWANCE + BYTES_PER_BYTE * bytes.length;
    assertTrue(
        allocated <= bound,
        "%d bytes for a file of %d, allowed %d: %s"
            .formatted(allocated, bytes.length, bound, error));
    if (error != null) {
      assertEquals(1, error.lines().count(), error);
      assertTrue(error.startsWith(path.toString()), error);
      assertTrue(error.contains("expected ") && error.contains(", found "), error);
      assertTrue(error.length() < path.toString().length() + 800, error);
    }
  }

  private static byte[] mutate(byte[] bytes, Random random) {
    if (bytes.length == 0) {
      return new byte[] {1};
    }
    return switch (random.nextInt(8)) {
      case 0 -> flip(bytes, random.nextInt(bytes.length), random);
      case 1 -> flip(bytes, random.nextInt(Math.min(8, bytes.length)), random);
      case 2 -> Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
      case 3 -> Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(16));
      case 4 -> editHeader(bytes, NUMBER, NUMBERS, random);
      case 5 -> editHeader(bytes, TOKEN, PIECES, random);
      case 6 -> swapTokens(bytes, random);
      default -> nudgeNumber(bytes, random);
    };
  }

  private static byte[] flip(byte[] bytes, int at, Random random) {
    byte[] out = bytes.clone();
    out[at] ^= (byte) (1 << random.nextInt(8));
    return out;
  }

  /// Replaces one match of `what` in the header, or puts something beside it.
  private static byte[] editHeader(
      byte[] bytes, Pattern what, List<String> replacements, Random random) {
    String header = header(bytes);
    List<MatchResult> found = what.matcher(header).results().toList();
    if (found.isEmpty()) {
      return bytes;
    }
    MatchResult match = found.get(random.nextInt(found.size()));
    String text = replacements.get(random.nextInt(replacements.size()));
    int end = random.nextBoolean() ? match.end() : match.start();
    return withHeader(
        bytes, header.substring(0, match.start()) + text + header.substring(end), random);
  }

  /// Copies one token over another: names repeat, types and sizes change places.
  private static byte[] swapTokens(byte[] bytes, Random random) {
    String header = header(bytes);
    List<MatchResult> tokens = TOKEN.matcher(header).results().toList();
    if (tokens.isEmpty()) {
      return bytes;
    }
    MatchResult to = tokens.get(random.nextInt(tokens.size()));
    String from = tokens.get(random.nextInt(tokens.size())).group();
    return withHeader(
        bytes, header.substring(0, to.start()) + from + header.substring(to.end()), random);
  }

  private static byte[] nudgeNumber(byte[] bytes, Random random) {
    String header = header(bytes);
    List<MatchResult> numbers = NUMBER.matcher(header).results().toList();
    if (numbers.isEmpty()) {
      return bytes;
    }
    MatchResult number = numbers.get(random.nextInt(numbers.size()));
    String digits = number.group();
    long value = digits.length() > 15 ? 0 : Long.parseLong(digits);
    long near = value + random.nextInt(9) - 4;
    return withHeader(
        bytes, header.substring(0, number.start()) + near + header.substring(number.end()), random);
  }

  private static String header(byte[] bytes) {
    if (bytes.length < 8) {
      return "";
    }
    long length = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    int end = (int) Math.max(0, Math.min(bytes.length - 8, length));
    return new String(bytes, 8, end, ISO_8859_1);
  }

  /// The file with another header; its length is mostly put right, else the edit would not be seen.
  private static byte[] withHeader(byte[] bytes, String header, Random random) {
    int oldEnd = 8 + header(bytes).length();
    byte[] data = Arrays.copyOfRange(bytes, Math.min(oldEnd, bytes.length), bytes.length);
    byte[] out = file(header, data);
    if (random.nextInt(8) == 0) {
      System.arraycopy(bytes, 0, out, 0, Math.min(8, bytes.length));
    }
    return out;
  }

  private static byte[] file(String header, byte[] data) {
    byte[] text = header.getBytes(ISO_8859_1);
    return ByteBuffer.allocate(8 + text.length + data.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(text.length)
        .put(text)
        .put(data)
        .array();
  }

  private static String manyKeys(int count, String value) {
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      keys.add("\"%d\":%s".formatted(i, value));
    }
    return String.join(",", keys);
  }

  private List<byte[]> seeds() throws IOException {
    List<byte[]> seeds = new ArrayList<>();
    seeds.add(file("{}", new byte[0]));
    seeds.add(
        written(new SafetensorsWriter().add("weight", Tensor.of(new float[] {1, 2, 3, 4}, 2, 2))));
    SafetensorsWriter all = new SafetensorsWriter().metadata("prompt", "ä \"cat\"");
    for (DType dtype : DType.values()) {
      Tensor values =
          dtype.isFloat() ? Tensor.of(new float[] {1, 0}, 2) : Tensor.of(new long[] {1, 0}, 2);
      all.add(dtype + ".é", dtype, values);
    }
    all.add("scalar", Tensor.scalar(1)).add("empty", Tensor.of(new float[0], 3, 0));
    seeds.add(written(all));
    return seeds;
  }

  private byte[] written(SafetensorsWriter writer) throws IOException {
    Path path = folder.resolve("seed.safetensors");
    writer.write(path);
    return Files.readAllBytes(path);
  }
}
