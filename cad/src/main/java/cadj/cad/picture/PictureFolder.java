package cadj.cad.picture;

import cadj.tensor.Tensor;
import cadj.tensor.file.FileFailure;
import cadj.tensor.file.FileFormatException;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.imageio.IIOException;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/// Photographs from a folder, made to fit a model.
public final class PictureFolder {
  private static final long MOST_PIXELS = 100_000_000;

  /// What DEFLATE unpacks a byte to at most, in pixels of one bit.
  private static final long PIXELS_PER_BYTE = 8 * 1032;

  /// What a JPEG file begins with.
  private static final byte[] JPEG = {(byte) 0xff, (byte) 0xd8, (byte) 0xff};

  private PictureFolder() {}

  /// The PNG and JPEG files of `folder`, sorted by name.
  ///
  /// @throws FileFormatException if there is no such folder or no picture in it
  public static List<Path> files(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new FileFormatException(folder, "", "a folder of pictures", "none");
    }
    try (Stream<Path> all = Files.list(folder)) {
      List<Path> pictures =
          all.filter(
                  file ->
                      file.getFileName()
                          .toString()
                          .toLowerCase(Locale.ROOT)
                          .matches(".*\\.(png|jpe?g)"))
              .sorted()
              .toList();
      if (pictures.isEmpty()) {
        throw new FileFormatException(folder, "", "at least one .png or .jpg file", "none");
      }
      return pictures;
    } catch (IOException e) {
      throw FileFailure.of(folder, "cannot be read", e);
    }
  }

  /// Whether the file begins as a PNG or JPEG file does.
  public static boolean isPicture(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return PngText.isPng(file) || Arrays.equals(JPEG, in.readNBytes(JPEG.length));
    } catch (IOException e) {
      throw FileFormatException.unreadable(file, e);
    }
  }

  /// Pictures [N,3,height,width] in [−1, 1]: each scaled to cover that size, and cut around its
  /// middle.
  public static Tensor read(List<Path> files, int height, int width) {
    List<BufferedImage> images = new ArrayList<>();
    for (Path file : files) {
      images.add(fitted(decode(file), height, width));
    }
    return Pictures.toTensor(images);
  }

  /// A PNG or JPEG picture as it is.
  ///
  /// @throws FileFormatException if it is none, or damaged, or larger than its file can hold
  public static BufferedImage decode(Path file) {
    try (InputStream bytes = Files.newInputStream(file);
        ImageInputStream in = ImageIO.createImageInputStream(bytes)) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
      if (!readers.hasNext()) {
        throw new FileFormatException(file, "", "a PNG or JPEG picture", "something else");
      }
      return decode(file, in, readers.next());
    } catch (IOException e) {
      throw FileFormatException.unreadable(file, e);
    }
  }

  /// The size is read first: a small file can claim any.
  private static BufferedImage decode(Path file, ImageInputStream in, ImageReader reader)
      throws IOException {
    try {
      reader.setInput(in, true, true);
      long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
      requireAtMost(file, MOST_PIXELS, "", pixels);
      requireAtMost(file, PIXELS_PER_BYTE * Files.size(file), " in a file of its length", pixels);
      return reader.read(0);
    } catch (FileFormatException e) {
      throw e;
    } catch (IIOException | RuntimeException e) { // damaged files make readers throw anything
      throw new FileFormatException(file, "", "a whole picture", "a damaged one", e);
    } finally {
      reader.dispose();
    }
  }

  private static void requireAtMost(Path file, long most, String why, long pixels) {
    if (pixels > most) {
      throw new FileFormatException(
          file, "", "at most %,d pixels%s".formatted(most, why), "%,d".formatted(pixels));
    }
  }

  private static BufferedImage fitted(BufferedImage image, int height, int width) {
    double scale = Math.max((double) width / image.getWidth(), (double) height / image.getHeight());
    int w = (int) Math.round(image.getWidth() * scale);
    int h = (int) Math.round(image.getHeight() * scale);
    BufferedImage out = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D pen = out.createGraphics();
    pen.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
    pen.drawImage(image, (width - w) / 2, (height - h) / 2, w, h, null);
    pen.dispose();
    return out;
  }
}
