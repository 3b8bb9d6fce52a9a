package cadj.cad.picture;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.tensor.file.FileFormatException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SequencedMap;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// PNG files keep pixels and text; damaged ones are refused in one line, whatever they claim.
class PngFileTest {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  private static final byte[] HEADER = {0, 0, 0, 2, 0, 0, 0, 1, 8, 2, 0, 0, 0};

  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void name() {
    file = folder.resolve("p.png");
  }

  private static BufferedImage picture() {
    BufferedImage image = new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 6; i++) {
      image.setRGB(i % 3, i / 3, 0x123456 * (i + 1));
    }
    return image;
  }

  private static SequencedMap<String, String> text() {
    SequencedMap<String, String> text = new LinkedHashMap<>();
    text.put("prompt", "Ein \"Schuh\", <b>靴</b> 👟\nzweite Zeile");
    text.put("seed", "-7");
    text.put("negative", "");
    return text;
  }

  @Test
  void pixelsAndTextSurvive() throws IOException {
    PngFile.write(file, picture(), text());
    BufferedImage read = ImageIO.read(file.toFile());
    for (int i = 0; i < 6; i++) {
      assertEquals(picture().getRGB(i % 3, i / 3), read.getRGB(i % 3, i / 3));
    }
    PngText png = PngText.read(file);
    assertEquals(3, png.width());
    assertEquals(2, png.height());
    assertEquals(List.copyOf(text().entrySet()), List.copyOf(png.text().entrySet()));
  }

  /// What other programs look for only there; as international text where it must be.
  @Test
  void parametersArePlainText() throws IOException {
    for (String value : List.of("a bag ü\nSteps: 3", "猫\nSteps: 3", "👟")) {
      PngFile.write(file, picture(), Map.of("parameters", value, "prompt", "x"));
      assertEquals(Map.of("parameters", value, "prompt", "x"), PngText.read(file).text());
      String bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
      assertEquals(value.startsWith("a"), bytes.contains("tEXtparameters\0" + value));
      assertTrue(bytes.contains("iTXtprompt\0"));
    }
  }

  @Test
  void theSamePictureAndTextGiveTheSameBytes() {
    assertArrayEquals(PngFile.encode(picture(), text()), PngFile.encode(picture(), text()));
  }

  @Test
  void writingMakesFoldersAndLeavesNothingElse() throws IOException {
    Path deep = folder.resolve("a/b/p.png");
    PngFile.write(deep, picture(), Map.of());
    PngFile.write(deep, picture(), text());
    try (Stream<Path> files = Files.list(deep.getParent())) {
      assertEquals(List.of(deep), files.toList());
    }
    assertEquals(text(), PngText.read(deep).text());
  }

  /// A file of these chunks, each `type`, then content.
  private void write(Object... chunks) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(SIGNATURE);
    for (int i = 0; i < chunks.length; i += 2) {
      byte[] type = ((String) chunks[i]).getBytes(StandardCharsets.US_ASCII);
      byte[] content = (byte[]) chunks[i + 1];
      CRC32 crc = new CRC32();
      crc.update(type);
      crc.update(content);
      out.write(ByteBuffer.allocate(4).putInt(content.length).array());
      out.write(type);
      out.write(content);
      out.write(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
    }
    Files.write(file, out.toByteArray());
  }

  private static byte[] latin(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  @Test
  void otherProgramsTextIsReadAndCompressedTextOnlyNamed() throws IOException {
    write(
        "IHDR", HEADER,
        "tEXt", latin("Title\0caf\u00e9"),
        "zTXt", latin("Comment\0\0xxxx"),
        "iTXt", latin("Packed\0\1\0\0\0xxxx"),
        "iTXt", latin("Plain\0\0\0de\0Einfach\0text"),
        "IEND", new byte[0]);
    assertEquals(
        Map.of(
            "Title", "café", "Comment", "(compressed)", "Packed", "(compressed)", "Plain", "text"),
        PngText.read(file).text());
  }

  @Test
  void damagedFilesAreRefused() throws IOException {
    byte[] end = new byte[0];
    write("IHDR", new byte[13], "IEND", end);
    assertRefused("IHDR: expected a width and a height, found 0 and 0");
    write("IHDR", new byte[3], "IEND", end);
    assertRefused("IHDR: expected a width and a height");
    write("IDAT", HEADER);
    assertRefused("expected IHDR as the first chunk, found IDAT");
    write("IHDR", HEADER);
    assertRefused("its end too early");
    write("IHDR", HEADER, "\u001b[2J", end, "IEND", end);
    assertRefused("a chunk's type, found \"\\u001b[2J\"");
    for (String type : List.of("tEXt", "zTXt", "iTXt")) {
      write("IHDR", HEADER, type, latin("no zero"), "IEND", end);
      assertRefused(type + ": expected a zero byte");
    }
    write("IHDR", HEADER, "iTXt", latin("key\0"), "IEND", end);
    assertRefused("iTXt: expected a zero byte");
    Files.writeString(file, "GIF89a");
    assertRefused("expected a PNG file");
  }

  @Test
  void aChunkThatClaimsMoreThanThereIsAllocatesNothing() throws IOException {
    byte[] bytes = PngFile.encode(picture(), text());
    int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("iTXt") - 4;
    for (int claimed : new int[] {Integer.MAX_VALUE, -1, bytes.length}) {
      ByteBuffer.wrap(bytes).putInt(at, claimed);
      Files.write(file, bytes);
      assertRefused("iTXt: expected at most");
    }
  }

  @Test
  void anyFlippedBitAndAnyTruncationIsNoticed() throws IOException {
    byte[] bytes = PngFile.encode(picture(), text());
    Random random = new Random(4);
    for (int i = 0; i < 300; i++) {
      byte[] damaged = bytes.clone();
      damaged[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      Files.write(file, damaged);
      assertRefused("expected");
      Files.write(file, Arrays.copyOf(bytes, random.nextInt(bytes.length)));
      assertRefused("expected");
    }
  }

  private void assertRefused(String says) {
    String message =
        assertThrows(FileFormatException.class, () -> PngText.read(file), says).getMessage();
    assertTrue(message.startsWith(file + ": ") && message.contains(says), message);
    assertEquals(1, message.lines().count(), message);
  }
}
