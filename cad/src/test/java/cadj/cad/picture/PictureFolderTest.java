package cadj.cad.picture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.tensor.Tensor;
import cadj.tensor.file.FileFormatException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Pictures of a folder: which files, in what order, how they are made to fit, and what is refused.
class PictureFolderTest {
  @TempDir private Path folder;

  /// Left third red, middle third green, right third blue.
  private static BufferedImage stripes(int width, int height) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    int[] colours = {0xFF0000, 0x00FF00, 0x0000FF};
    for (int x = 0; x < width; x++) {
      for (int y = 0; y < height; y++) {
        image.setRGB(x, y, colours[x * 3 / width]);
      }
    }
    return image;
  }

  private Path png(String name, BufferedImage image) {
    Path file = folder.resolve(name);
    PngFile.write(file, image, Map.of());
    return file;
  }

  @Test
  void picturesAreFoundByEndingAndSortedByName() throws IOException {
    for (String name : List.of("b.PNG", "a.jpg", "c.jpeg", "notes.txt", "png", "d.png.bak")) {
      Files.writeString(folder.resolve(name), "");
    }
    assertEquals(
        List.of("a.jpg", "b.PNG", "c.jpeg"),
        PictureFolder.files(folder).stream().map(f -> f.getFileName().toString()).toList());
  }

  @Test
  void aFolderWithoutPicturesIsRefused() {
    assertSays("at least one .png or .jpg file", () -> PictureFolder.files(folder));
    assertSays("a folder of pictures", () -> PictureFolder.files(folder.resolve("nowhere")));
  }

  @Test
  void aPictureOfTheRightSizeIsTakenAsItIs() {
    Tensor read = PictureFolder.read(List.of(png("a.png", stripes(6, 6))), 6, 6);
    assertEquals("[1,3,6,6]", read.shape().toString());
    assertEquals(1, read.get(0, 0, 3, 0));
    assertEquals(-1, read.get(0, 0, 3, 5));
    assertEquals(1, read.get(0, 1, 0, 2));
    assertEquals(1, read.get(0, 2, 5, 5));
  }

  @Test
  void aWidePictureIsCutAroundItsMiddle() {
    Tensor read = PictureFolder.read(List.of(png("a.png", stripes(90, 10))), 4, 4);
    for (int x = 0; x < 4; x++) {
      assertEquals(1, read.get(0, 1, 2, x), 0.01); // nothing but green
      assertEquals(-1, read.get(0, 0, 2, x), 0.01);
    }
  }

  @Test
  void aTallPictureIsCutAroundItsMiddleToo() {
    BufferedImage tall = new BufferedImage(10, 90, BufferedImage.TYPE_INT_RGB);
    tall.createGraphics().drawImage(stripes(10, 30), 0, 30, null);
    Tensor read = PictureFolder.read(List.of(png("a.png", tall)), 6, 6);
    assertEquals(1, read.get(0, 0, 0, 0), 0.1);
    assertEquals(1, read.get(0, 2, 5, 5), 0.1);
  }

  @Test
  void picturesOfDifferentSizesAndKindsBecomeOneTensor() throws IOException {
    Path jpeg = folder.resolve("b.jpg");
    ImageIO.write(stripes(30, 20), "jpg", jpeg.toFile());
    Tensor read = PictureFolder.read(List.of(png("a.png", stripes(9, 9)), jpeg), 8, 8);
    assertEquals("[2,3,8,8]", read.shape().toString());
    for (float value : read.toFloats()) {
      assertTrue(value >= -1 && value <= 1);
    }
  }

  @Test
  void whatIsNoPictureIsRefused() throws IOException {
    Path text = Files.writeString(folder.resolve("a.png"), "not a picture");
    assertRefused("a PNG or JPEG picture", text);
    byte[] whole = PngFile.encode(stripes(64, 64), Map.of());
    Path half = folder.resolve("b.png");
    for (int length : new int[] {10, 20, 30}) {
      Files.write(half, Arrays.copyOf(whole, length));
      assertRefused("expected", half);
    }
    assertRefused("expected", folder.resolve("nowhere.png"));
  }

  @Test
  void aClaimOfHugeSizeIsRefusedBeforeMemoryIsTaken() throws IOException {
    byte[] bytes = PngFile.encode(stripes(8, 8), Map.of());
    int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("IHDR");
    ByteBuffer edit = ByteBuffer.wrap(bytes).putInt(at + 4, 60_000).putInt(at + 8, 60_000);
    CRC32 crc = new CRC32();
    crc.update(bytes, at, 17);
    edit.putInt(at + 17, (int) crc.getValue());
    assertRefused(
        "at most 100,000,000 pixels, found 3,600,000,000",
        Files.write(folder.resolve("a.png"), bytes));
  }

  private static void assertRefused(String says, Path file) {
    assertSays(says, () -> PictureFolder.read(List.of(file), 8, 8));
  }

  private static void assertSays(String says, Runnable work) {
    String message = assertThrows(FileFormatException.class, work::run).getMessage();
    assertTrue(message.contains(says), message);
    assertEquals(1, message.lines().count(), message);
  }
}
