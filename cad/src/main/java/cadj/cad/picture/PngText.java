package cadj.cad.picture;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import cadj.tensor.file.FileFormatException;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.zip.CRC32;

/// The size and the text of a PNG file, read without decoding the picture.
///
/// A PNG file is a signature and chunks: length, type, content, CRC. Text stands in chunks of type
/// tEXt (`keyword 0 text`, Latin-1) and iTXt (`keyword 0 compressed method language 0 translated 0
/// text`, UTF-8); compressed text is named but not unpacked.
///
/// @param text by keyword, in the file's order
public record PngText(int width, int height, SequencedMap<String, String> text) {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  private static final String COMPRESSED = "(compressed)";
  private static final int BLOCK = 1 << 16;

  /// Whether the file begins as a PNG file does.
  public static boolean isPng(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return Arrays.equals(SIGNATURE, in.readNBytes(SIGNATURE.length));
    }
  }

  /// @throws FileFormatException if there is no such file, or it is no PNG file, or damaged
  public static PngText read(Path file) {
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file), BLOCK))) {
      return new Chunks(file, in, Files.size(file)).read();
    } catch (EOFException e) {
      throw new FileFormatException(file, "", "a whole PNG file", "its end too early", e);
    } catch (IOException e) {
      throw FileFormatException.unreadable(file, e);
    }
  }

  /// One pass over a file's chunks.
  private static final class Chunks {
    private final Path file;
    private final DataInputStream in;
    private long left;
    private final SequencedMap<String, String> text = new LinkedHashMap<>();
    private int width;
    private int height;

    Chunks(Path file, DataInputStream in, long size) {
      this.file = file;
      this.in = in;
      this.left = size;
    }

    PngText read() throws IOException {
      if (!Arrays.equals(SIGNATURE, in.readNBytes(SIGNATURE.length))) {
        throw new FileFormatException(file, "", "a PNG file", "something else");
      }
      left -= SIGNATURE.length;
      String type = chunk();
      if (!type.equals("IHDR")) {
        throw new FileFormatException(file, "", "IHDR as the first chunk", type);
      }
      while (!type.equals("IEND")) {
        type = chunk();
      }
      return new PngText(width, height, text);
    }

    /// Reads one chunk and returns its type.
    private String chunk() throws IOException {
      int length = in.readInt();
      byte[] type = in.readNBytes(4);
      String name = new String(type, US_ASCII);
      left -= 12;
      if (!name.matches("[A-Za-z]{4}")) {
        throw new FileFormatException(file, "", "a chunk's type", FileFormatException.quote(name));
      }
      if (length < 0 || length > left) {
        throw new FileFormatException(
            file, name, "at most the " + left + " bytes left", Integer.toUnsignedString(length));
      }
      left -= length;
      CRC32 crc = new CRC32();
      crc.update(type);
      switch (name) {
        case "IHDR" -> size(content(length, crc));
        case "tEXt" -> latin(content(length, crc));
        case "iTXt" -> international(content(length, crc));
        case "zTXt" -> compressed(content(length, crc));
        default -> skip(length, crc);
      }
      if (in.readInt() != (int) crc.getValue()) {
        throw new FileFormatException(file, name, "the CRC of its content", "another one");
      }
      return name;
    }

    private byte[] content(int length, CRC32 crc) throws IOException {
      byte[] content = in.readNBytes(length);
      crc.update(content);
      return content;
    }

    private void skip(int length, CRC32 crc) throws IOException {
      byte[] block = new byte[BLOCK];
      for (int rest = length; rest > 0; ) {
        int n = in.read(block, 0, Math.min(rest, block.length));
        if (n < 0) {
          throw new EOFException();
        }
        crc.update(block, 0, n);
        rest -= n;
      }
    }

    private void size(byte[] header) {
      ByteBuffer bytes = ByteBuffer.wrap(header);
      if (header.length == 13) {
        width = bytes.getInt();
        height = bytes.getInt();
      }
      if (width <= 0 || height <= 0) {
        throw new FileFormatException(
            file, "IHDR", "a width and a height", "%d and %d".formatted(width, height));
      }
    }

    private void latin(byte[] content) {
      int key = zero(content, 0, "tEXt");
      put(content, key, new String(content, key + 1, content.length - key - 1, ISO_8859_1));
    }

    private void compressed(byte[] content) {
      put(content, zero(content, 0, "zTXt"), COMPRESSED);
    }

    private void international(byte[] content) {
      int key = zero(content, 0, "iTXt");
      int language = zero(content, key + 3, "iTXt");
      int translated = zero(content, language + 1, "iTXt");
      boolean packed = content[key + 1] != 0;
      int from = translated + 1;
      put(
          content,
          key,
          packed ? COMPRESSED : new String(content, from, content.length - from, UTF_8));
    }

    private void put(byte[] content, int end, String value) {
      text.put(new String(content, 0, end, ISO_8859_1), value);
    }

    private int zero(byte[] content, int from, String chunk) {
      for (int i = from; i < content.length; i++) {
        if (content[i] == 0) {
          return i;
        }
      }
      throw new FileFormatException(file, chunk, "a zero byte after each of its parts", "none");
    }
  }
}
