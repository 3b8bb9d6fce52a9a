package cadj.models.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.models.pipeline.TextToImage;
import cadj.tensor.file.FileFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Where a model's files lie: in a folder, behind links, in the hub's cache; and what may lie there
/// instead.
@DisabledOnOs(OS.WINDOWS) // links want privileges there
final class FolderPlacesTest {
  private static final ModelFiles FASHION = ModelFiles.open("fashion");
  private static final String HASH = "133a221b8aa7292a167afc5127cb63fb5005638b";

  @TempDir private Path temp;
  private Path cache;

  /// A cache as huggingface_hub lays it out: the snapshot's files are links to blobs.
  @BeforeEach
  void cache() throws IOException {
    cache = temp.resolve("models--a--b");
    Path blobs = Files.createDirectories(cache.resolve("blobs"));
    Path snapshot = Files.createDirectories(cache.resolve("snapshots/" + HASH));
    Path whole = Folders.copy(FASHION.path(), temp.resolve("whole"));
    try (Stream<Path> all = Files.walk(whole)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        Path relative = whole.relativize(file);
        Path blob = blobs.resolve(relative.toString().replace('/', '_'));
        Files.move(file, blob);
        Path link = snapshot.resolve(relative);
        Files.createDirectories(link.getParent());
        Files.createSymbolicLink(link, link.getParent().relativize(blob));
      }
    }
    Files.createDirectories(cache.resolve("refs"));
    Files.writeString(cache.resolve("refs/main"), HASH);
  }

  private static void assertIsFashion(Path folder) {
    ModelFiles model = ModelFiles.open(folder.toString());
    assertEquals(folder.toString(), model.name());
    assertEquals(FASHION.denoiserHash(), model.denoiserHash());
    assertEquals(FASHION.partsHash(), model.partsHash());
    TextToImage.load(model);
  }

  @Test
  void cacheWithTheNewestSnapshotNamed() throws IOException {
    Files.createDirectories(cache.resolve("snapshots/other/unet"));
    assertIsFashion(cache);
    Files.writeString(cache.resolve("refs/main"), HASH + "\n");
    assertIsFashion(cache);
  }

  @Test
  void cacheWithOneSnapshot() throws IOException {
    Files.delete(cache.resolve("refs/main"));
    assertIsFashion(cache);
  }

  @Test
  void oneOfItsSnapshots() {
    assertIsFashion(cache.resolve("snapshots").resolve(HASH));
  }

  @Test
  void cacheWithSeveralSnapshots() throws IOException {
    Files.delete(cache.resolve("refs/main"));
    Files.createDirectories(cache.resolve("snapshots/abc/unet"));
    assertRefused(
        cache,
        "%s: expected refs/main or one snapshot (name the one to take: %s/snapshots/…), found 2: "
                .formatted(cache, cache)
            + HASH
            + ", abc");
  }

  @Test
  void cachesThatAreBroken() throws IOException {
    Path main = cache.resolve("refs/main");
    Files.writeString(main, "0123456789");
    assertRefused(
        cache, main + ": expected the name of a folder in snapshots/, found \"0123456789\"");
    for (String wrong : List.of("../../whole", "", "a\nb", "/etc")) {
      Files.writeString(main, wrong);
      String message = refusal(cache);
      assertTrue(message.startsWith(main + ": expected a snapshot's hash, found \""), message);
      assertEquals(1, message.lines().count());
    }
    Files.write(main, new byte[] {(byte) 0xff, (byte) 0xfe});
    assertRefused(cache, main + ": expected a snapshot's hash, found other bytes");
    Files.delete(main);
    Files.move(cache.resolve("snapshots"), temp.resolve("elsewhere"));
    Files.createDirectories(cache.resolve("snapshots"));
    assertRefused(
        cache,
        "%s: expected refs/main or one snapshot (name the one to take: %s/snapshots/…), found none"
            .formatted(cache, cache));
  }

  /// The whole folder and its parts may be links too.
  @Test
  void linkedFolders() throws IOException {
    Path snapshot = cache.resolve("snapshots").resolve(HASH);
    assertIsFashion(Files.createSymbolicLink(temp.resolve("link"), snapshot));
    Path parts = Files.createDirectories(temp.resolve("parts"));
    try (Stream<Path> all = Files.list(snapshot)) {
      for (Path file : all.toList()) {
        Files.createSymbolicLink(parts.resolve(file.getFileName()), file);
      }
    }
    assertIsFashion(parts);
  }

  /// Each kind of file, its place taken by a link to nothing, a folder, or a git-lfs pointer.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "model_index.json",
        "unet/config.json",
        "unet/diffusion_pytorch_model.safetensors",
        "vae/config.json",
        "vae/diffusion_pytorch_model.safetensors",
        "text_encoder/config.json",
        "text_encoder/model.safetensors",
        "tokenizer/vocab.json",
        "tokenizer/merges.txt",
        "tokenizer/tokenizer_config.json",
        "tokenizer/special_tokens_map.json",
        "scheduler/scheduler_config.json"
      })
  void whatLiesInAFilesPlace(String name) throws IOException {
    Path folder = cache.resolve("snapshots").resolve(HASH);
    Path file = folder.resolve(name);
    Path target = Files.readSymbolicLink(file);
    Path blob = file.getParent().resolve(target).normalize();
    Files.delete(blob);
    String link =
        file + ": expected a file, found a link to " + target + ", where there is nothing";
    assertRefused(folder, link);
    Files.createDirectory(blob);
    assertRefused(folder, file + ": expected a file, found a folder");
    Files.delete(blob);
    Files.writeString(blob, "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 77\n");
    assertRefused(
        folder,
        file
            + ": expected the file itself, found a git-lfs pointer to it (git lfs pull fetches the"
            + " 77 bytes)");
  }

  @Test
  void aLinkToNoFolder() throws IOException {
    Path link = Files.createSymbolicLink(temp.resolve("gone"), Path.of("nowhere"));
    String message = refusal(link);
    assertEquals(
        "%s: expected a file, found none, as %s is a link to nowhere, where there is nothing"
            .formatted(link.resolve("unet/config.json"), link),
        message);
    Path folder = cache.resolve("snapshots").resolve(HASH);
    Files.move(folder.resolve("vae"), temp.resolve("vae"));
    Path vae = Files.createSymbolicLink(folder.resolve("vae"), Path.of("../vae"));
    assertRefused(
        folder, vae + ": expected a folder, found a link to ../vae, where there is nothing");
  }

  @Test
  void noModels() throws IOException {
    String expected =
        ": expected a model folder in diffusers' layout (with unet/ or transformer/, vae/, …), a"
            + " file in the original layout, or the name of an embedded model (fashion), found ";
    Path empty = Files.createDirectories(temp.resolve("empty"));
    assertRefused(empty, empty + expected + "a folder without them");
    Path none = temp.resolve("none");
    assertRefused(none, none + expected + "nothing");
  }

  private static void assertRefused(Path folder, String message) {
    assertEquals(message, refusal(folder));
  }

  private static String refusal(Path folder) {
    return assertThrows(
            FileFormatException.class, () -> TextToImage.load(ModelFiles.open(folder.toString())))
        .getMessage();
  }
}
