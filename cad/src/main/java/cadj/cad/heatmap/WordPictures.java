package cadj.cad.heatmap;

import cadj.cad.generate.PictureNames;
import cadj.cad.picture.PngFile;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The overlays of all words on a picture.
///
/// @param images by word
/// @param most value of the lightest colour, by word
public record WordPictures(HeatMaps maps, List<BufferedImage> images, List<Double> most) {
  /// @param ownScale whether each word's colours end at its own largest value, instead of the
  ///   largest of all words
  public static WordPictures of(HeatMaps maps, BufferedImage picture, boolean ownScale) {
    List<BufferedImage> images = new ArrayList<>();
    List<Double> most = new ArrayList<>();
    double common = maps.largest();
    for (int word = 0; word < maps.words().size(); word++) {
      double its = ownScale ? WordFigures.of(maps, word).largest() : common;
      most.add(its);
      images.add(Overlay.over(picture, maps.of(word), maps.height(), maps.width(), its));
    }
    return new WordPictures(maps, images, most);
  }

  /// The files of `words`: their number and name.
  static String name(int word, String text) {
    String slug = PictureNames.slug(text);
    return "%02d%s.png".formatted(word + 1, slug.isEmpty() ? "" : "-" + slug);
  }

  /// Writes a file for each word.
  ///
  /// @param text how the picture was drawn
  /// @return the files
  public List<Path> write(Path folder, Map<String, String> text) {
    List<Path> files = new ArrayList<>();
    for (int word = 0; word < images.size(); word++) {
      Path file = folder.resolve(name(word, maps.words().get(word).text()));
      Map<String, String> its = new LinkedHashMap<>(text);
      its.put("heatmap_word", maps.words().get(word).text());
      its.put("heatmap_scale", Double.toString(most.get(word)));
      PngFile.write(file, images.get(word), its);
      files.add(file);
    }
    return files;
  }
}
