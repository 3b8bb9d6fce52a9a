package cadj.cad.picture;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import cadj.tensor.file.AtomicFile;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOInvalidTreeException;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageOutputStream;

/// PNG files that carry how they were made as text.
public final class PngFile {
  private static final String FORMAT = "javax_imageio_png_1.0";

  private PngFile() {}

  /// Read by programs that look for plain text only.
  private static final String PARAMETERS = "parameters";

  /// Writes `image` with `text` as international text chunks (iTXt), all at once; `parameters` as
  /// plain text (tEXt) where Latin-1 has all of its characters.
  public static void write(Path file, BufferedImage image, Map<String, String> text) {
    AtomicFile.write(file, fresh -> Files.write(fresh, encode(image, text)));
  }

  /// The bytes of a PNG file.
  public static byte[] encode(BufferedImage image, Map<String, String> text) {
    ImageIO.setUseCache(false);
    ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
      IIOMetadata metadata =
          writer.getDefaultImageMetadata(ImageTypeSpecifier.createFromRenderedImage(image), null);
      metadata.mergeTree(FORMAT, textNodes(text));
      writer.setOutput(out);
      writer.write(new IIOImage(image, null, metadata));
    } catch (IIOInvalidTreeException e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  /// The PNG as a `data:` address, for pages that need no other file.
  public static String dataUri(BufferedImage image) {
    byte[] png = encode(image, Map.of());
    return "data:image/png;base64," + Base64.getEncoder().encodeToString(png);
  }

  private static IIOMetadataNode textNodes(Map<String, String> text) {
    IIOMetadataNode entries = new IIOMetadataNode("iTXt");
    IIOMetadataNode plain = new IIOMetadataNode("tEXt");
    text.forEach(
        (key, value) -> {
          if (key.equals(PARAMETERS) && ISO_8859_1.newEncoder().canEncode(value)) {
            IIOMetadataNode entry = new IIOMetadataNode("tEXtEntry");
            entry.setAttribute("keyword", key);
            entry.setAttribute("value", value);
            plain.appendChild(entry);
            return;
          }
          IIOMetadataNode entry = new IIOMetadataNode("iTXtEntry");
          entry.setAttribute("keyword", key);
          entry.setAttribute("compressionFlag", "FALSE");
          entry.setAttribute("compressionMethod", "0");
          entry.setAttribute("languageTag", "");
          entry.setAttribute("translatedKeyword", "");
          entry.setAttribute("text", value);
          entries.appendChild(entry);
        });
    IIOMetadataNode root = new IIOMetadataNode(FORMAT);
    root.appendChild(entries);
    if (plain.hasChildNodes()) {
      root.appendChild(plain);
    }
    return root;
  }
}
