package cadj.cad.picture;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.tensor.json.HostileFile;
import cadj.tensor.json.Mutator;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Ten thousand damaged PNG files, most with the checksums of what they now hold, so that readers
/// look at it: read, or one error of one line, in bounded memory.
class PngFuzzTest {
  private static final int MUTANTS = 10_000;
  private static final int HEADER = 8;
  private static final long BOUND = 48L << 20;

  /// Types that the readers know, and one that they do not.
  private static final List<String> TYPES =
      List.of("IHDR", "IDAT", "IEND", "PLTE", "tRNS", "tEXt", "iTXt", "zTXt", "iCCP", "abcd");

  @TempDir private Path folder;
  private final Random random = new Random(20261129);
  private final Mutator mutator = new Mutator(random, List.of("\0", "\u00ff", "\n"));

  @Test
  void damagedFiles() throws IOException {
    BufferedImage image = new BufferedImage(9, 7, BufferedImage.TYPE_INT_RGB);
    image.setRGB(3, 4, 0x123456);
    Map<String, String> text = new LinkedHashMap<>();
    text.put("prompt", "a bag 🔥");
    text.put("parameters", "a bag\nSteps: 3");
    byte[] whole = PngFile.encode(image, text);
    Path file = folder.resolve("mutant.png");
    int texts = 0;
    int pictures = 0;
    for (int i = 0; i < MUTANTS; i++) {
      Files.write(file, i % 4 == 0 ? mutator.mutate(whole) : mutant(whole));
      texts += HostileFile.accepted(file, BOUND, () -> PngText.read(file)) ? 1 : 0;
      pictures +=
          HostileFile.accepted(file, BOUND, () -> PictureFolder.read(List.of(file), 8, 8)) ? 1 : 0;
    }
    assertTrue(texts > MUTANTS / 10 && texts < MUTANTS * 9 / 10, texts + " texts were read");
    assertTrue(
        pictures > MUTANTS / 10 && pictures < MUTANTS * 9 / 10, pictures + " pictures were read");
  }

  /// One chunk changed, left out, repeated or moved; its checksum follows.
  private byte[] mutant(byte[] whole) {
    List<byte[]> chunks = chunks(whole);
    for (int edits = 1 + random.nextInt(3); edits > 0; edits--) {
      int at = random.nextInt(chunks.size());
      byte[] chunk = chunks.get(at);
      switch (random.nextInt(6)) {
        case 0 -> chunks.add(random.nextInt(chunks.size()), chunk);
        case 1 -> chunks.remove(at);
        case 2 -> {
          byte[] other = chunk.clone();
          byte[] type = TYPES.get(random.nextInt(TYPES.size())).getBytes(US_ASCII);
          System.arraycopy(type, 0, other, 0, 4);
          chunks.set(at, other);
        }
        default -> {
          byte[] content = Arrays.copyOfRange(chunk, 4, chunk.length);
          byte[] other = content.length == 0 ? new byte[1] : mutator.mutate(content);
          byte[] joined = Arrays.copyOf(chunk, 4 + other.length);
          System.arraycopy(other, 0, joined, 4, other.length);
          chunks.set(at, joined);
        }
      }
      if (chunks.isEmpty()) {
        return new byte[HEADER];
      }
    }
    return join(whole, chunks);
  }

  /// Type and content of each.
  private static List<byte[]> chunks(byte[] whole) {
    ByteBuffer in = ByteBuffer.wrap(whole).position(HEADER);
    List<byte[]> chunks = new ArrayList<>();
    while (in.hasRemaining()) {
      byte[] chunk = new byte[4 + in.getInt()];
      in.get(chunk).getInt();
      chunks.add(chunk);
    }
    return chunks;
  }

  private static byte[] join(byte[] whole, List<byte[]> chunks) {
    int length = HEADER + chunks.stream().mapToInt(chunk -> 8 + chunk.length).sum();
    ByteBuffer out = ByteBuffer.allocate(length).put(whole, 0, HEADER);
    for (byte[] chunk : chunks) {
      CRC32 crc = new CRC32();
      crc.update(chunk);
      out.putInt(chunk.length - 4).put(chunk).putInt((int) crc.getValue());
    }
    return out.array();
  }
}
