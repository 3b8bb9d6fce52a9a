package cadj.tensor.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Sha256Test {
  private static final String OF_ABC =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"; // FIPS 180-2, B.1

  @TempDir private Path folder;

  @Test
  void ofFilesIsThatOfTheirBytes() throws IOException {
    Path first = Files.writeString(folder.resolve("1"), "ab");
    Path second = Files.writeString(folder.resolve("2"), "c");
    assertEquals(OF_ABC, new Sha256().add(first).add(second).hex());
  }

  @Test
  void namesCannotRunIntoEachOther() {
    assertNotEquals(new Sha256().add("ab").add("c").hex(), new Sha256().add("a").add("bc").hex());
  }

  @Test
  void everyBitOfANumberCounts() {
    assertNotEquals(
        new Sha256().add(new float[] {0f}).hex(), new Sha256().add(new float[] {-0f}).hex());
    assertEquals(
        new Sha256().add(new float[] {1, 2}).hex(),
        new Sha256().add(new float[] {1}).add(new float[] {2}).hex());
  }

  @Test
  void saysWhichFileIsMissing() {
    Path none = folder.resolve("none");
    UncheckedIOException e = assertThrows(UncheckedIOException.class, () -> new Sha256().add(none));
    assertEquals(none + ": cannot be read: no such file", e.getMessage());
  }
}
