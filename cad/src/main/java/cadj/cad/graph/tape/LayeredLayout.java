package cadj.cad.graph.tape;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Places the boxes of a graph without cycles in layers, sources above what reads them, as
/// Sugiyama, Tagawa & Toda 1981 do: longest paths give layers, an edge across several gets a point
/// in each, barycentres give the order within a layer, and least squares the coordinates.
///
/// The same graph gives the same picture.
final class LayeredLayout {
  private static final int SWEEPS = 24;
  private static final double GAP = 28;
  private static final double POINT = 8;

  /// How much a source counts for where others go: they follow each other, and sources them.
  private static final double SOURCE = 0.1;

  /// Boxes, then the points of long edges.
  private final List<Item> items = new ArrayList<>();

  private final List<List<Item>> layers = new ArrayList<>();

  /// @param edges numbers of the boxes that each box reads
  /// @param boxes with their sizes, by number
  private LayeredLayout(List<List<Integer>> edges, List<double[]> boxes) {
    int[] layer = LayerNumbers.of(edges);
    for (int i = 0; i < boxes.size(); i++) {
      place(new Item(boxes.get(i)[0]), layer[i]);
    }
    for (int to = 0; to < edges.size(); to++) {
      for (int from : edges.get(to)) {
        Item upper = items.get(from);
        for (int between = layer[from] + 1; between < layer[to]; between++) {
          Item point = place(new Item(POINT), between);
          connect(upper, point);
          upper = point;
        }
        connect(upper, items.get(to));
      }
    }
  }

  /// A box, or a point of an edge.
  private static final class Item {
    private final double width;
    private final List<Item> above = new ArrayList<>();
    private final List<Item> below = new ArrayList<>();
    private double x;
    private double rank;

    Item(double width) {
      this.width = width;
    }

    double weight() {
      return above.isEmpty() ? SOURCE : 1;
    }
  }

  private Item place(Item item, int layer) {
    while (layers.size() <= layer) {
      layers.add(new ArrayList<>());
    }
    layers.get(layer).add(item);
    items.add(item);
    return item;
  }

  private static void connect(Item upper, Item lower) {
    upper.below.add(lower);
    lower.above.add(upper);
  }

  /// A place on the drawing.
  record Point(double x, double y) {}

  /// @param boxes middle of each
  /// @param edges for each box and each of what it reads: points from there to here
  record Placed(List<Point> boxes, List<List<List<Point>>> edges, double width, double height) {}

  /// @param edges for each box the numbers of those that it reads
  /// @param sizes width and height of each box
  static Placed of(List<List<Integer>> edges, List<double[]> sizes) {
    LayeredLayout layout = new LayeredLayout(edges, sizes);
    layout.order();
    layout.coordinates();
    return layout.placed(edges, sizes);
  }

  /// Sweeps down and up, and keeps the order with the fewest crossings.
  private void order() {
    number();
    List<List<Item>> best = copy();
    long fewest = crossings();
    for (int sweep = 0; sweep < SWEEPS && fewest > 0; sweep++) {
      boolean down = sweep % 2 == 0;
      for (int k = 1; k < layers.size(); k++) {
        List<Item> layer = layers.get(down ? k : layers.size() - 1 - k);
        List<Item> sorted = new ArrayList<>(layer);
        sorted.sort(Comparator.comparingDouble(item -> barycentre(item, down)));
        layer.clear();
        layer.addAll(sorted);
        number();
      }
      long crossings = crossings();
      if (crossings < fewest) {
        fewest = crossings;
        best = copy();
      }
    }
    layers.clear();
    layers.addAll(best);
    number();
  }

  private List<List<Item>> copy() {
    List<List<Item>> out = new ArrayList<>();
    layers.forEach(layer -> out.add(new ArrayList<>(layer)));
    return out;
  }

  private void number() {
    for (List<Item> layer : layers) {
      for (int i = 0; i < layer.size(); i++) {
        layer.get(i).rank = i;
      }
    }
  }

  private static double barycentre(Item item, boolean down) {
    List<Item> neighbours = down ? item.above : item.below;
    return neighbours.stream().mapToDouble(it -> it.rank).average().orElse(item.rank);
  }

  private long crossings() {
    long out = 0;
    for (List<Item> layer : layers) {
      List<double[]> edges = new ArrayList<>();
      layer.forEach(item -> item.below.forEach(to -> edges.add(new double[] {item.rank, to.rank})));
      for (int i = 0; i < edges.size(); i++) {
        for (int j = 0; j < i; j++) {
          double upper = edges.get(i)[0] - edges.get(j)[0];
          double lower = edges.get(i)[1] - edges.get(j)[1];
          out += upper * lower < 0 ? 1 : 0;
        }
      }
    }
    return out;
  }

  /// Each item goes where its neighbours are on average, as far as those beside it allow.
  private void coordinates() {
    layers.forEach(layer -> spread(layer, new double[layer.size()]));
    for (int sweep = 0; sweep < 4 * SWEEPS; sweep++) {
      boolean down = sweep % 2 == 0;
      for (int k = 0; k < layers.size(); k++) {
        List<Item> layer = layers.get(down ? k : layers.size() - 1 - k);
        spread(layer, layer.stream().mapToDouble(LayeredLayout::wanted).toArray());
      }
    }
  }

  private static double wanted(Item item) {
    double sum = 0;
    double weight = 0;
    for (List<Item> neighbours : List.of(item.above, item.below)) {
      for (Item it : neighbours) {
        sum += it.weight() * it.x;
        weight += it.weight();
      }
    }
    return weight == 0 ? item.x : sum / weight;
  }

  /// The coordinates nearest to `wanted` in least squares that keep order and gaps: pool adjacent
  /// violators of the wanted places less the room to the left of each.
  private static void spread(List<Item> layer, double... wanted) {
    int n = layer.size();
    double[] left = new double[n];
    for (int i = 1; i < n; i++) {
      left[i] = left[i - 1] + (layer.get(i - 1).width + layer.get(i).width) / 2 + GAP;
    }
    double[] mean = new double[n];
    double[] weight = new double[n];
    int[] size = new int[n];
    int pools = 0;
    for (int i = 0; i < n; i++) {
      mean[pools] = wanted[i] - left[i];
      weight[pools] = layer.get(i).weight();
      size[pools++] = 1;
      while (pools > 1 && mean[pools - 2] > mean[pools - 1]) {
        double together = weight[pools - 2] + weight[pools - 1];
        mean[pools - 2] =
            (mean[pools - 2] * weight[pools - 2] + mean[pools - 1] * weight[pools - 1]) / together;
        weight[pools - 2] = together;
        size[pools - 2] += size[pools - 1];
        pools--;
      }
    }
    int at = 0;
    for (int pool = 0; pool < pools; pool++) {
      for (int k = 0; k < size[pool]; k++, at++) {
        layer.get(at).x = mean[pool] + left[at];
      }
    }
  }

  private Placed placed(List<List<Integer>> edges, List<double[]> sizes) {
    double[] middle = new double[layers.size()];
    double[] half = new double[layers.size()];
    double[] layerOf = new double[items.size()];
    List<List<Item>> all = layers;
    for (int k = 0; k < all.size(); k++) {
      for (Item item : all.get(k)) {
        int number = items.indexOf(item);
        layerOf[number] = k;
        if (number < sizes.size()) {
          half[k] = Math.max(half[k], sizes.get(number)[1] / 2);
        }
      }
    }
    double y = GAP / 2;
    for (int k = 0; k < half.length; k++) {
      middle[k] = y + half[k];
      y += 2 * half[k] + GAP * 1.4;
    }
    double least = items.stream().mapToDouble(item -> item.x - item.width / 2).min().orElse(0);
    double most = items.stream().mapToDouble(item -> item.x + item.width / 2).max().orElse(0);
    double shift = GAP / 2 - least;
    List<Point> places = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      places.add(new Point(items.get(i).x + shift, middle[(int) layerOf[i]]));
    }
    List<List<List<Point>>> ways = new ArrayList<>();
    int point = sizes.size(); // points of edges were placed in the order of the edges
    for (int to = 0; to < edges.size(); to++) {
      List<List<Point>> its = new ArrayList<>();
      for (int from : edges.get(to)) {
        List<Point> way = new ArrayList<>();
        Point start = places.get(from);
        way.add(new Point(start.x, start.y + sizes.get(from)[1] / 2));
        for (int k = (int) layerOf[from] + 1; k < layerOf[to]; k++) {
          way.add(places.get(point++));
        }
        Point end = places.get(to);
        way.add(new Point(end.x, end.y - sizes.get(to)[1] / 2));
        its.add(way);
      }
      ways.add(its);
    }
    return new Placed(places.subList(0, sizes.size()), ways, most - least + GAP, y);
  }
}
