using System.Security.Cryptography;
using Idq.Tracking;

namespace Idq.Streaming;

/// <summary>Whether the file of a product is what the ledger says of it.</summary>
static class ProductFile
{
    /// <summary>The SHA-256 of what a stream holds from here on, in hexadecimal digits.</summary>
    public static string Hash(Stream content) => Convert.ToHexStringLower(SHA256.HashData(content));

    /// <summary>What is wrong with the file of a registered product; null when it is what was registered.</summary>
    /// <exception cref="IOException">The disk fails.</exception>
    public static string? Problem(ProductPath paths, Product product)
    {
        var path = paths.Absolute(product.Path);
        try
        {
            using var file = File.OpenRead(path);
            return Hash(file) == product.Sha256 ? null
                : $"the {product.Kind} '{path}' (number {product.Seq}) is not what was registered: its SHA-256 differs";
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return $"the {product.Kind} '{path}' is in the ledger (number {product.Seq}) and not on disk";
        }
        catch (UnauthorizedAccessException)
        {
            return $"the {product.Kind} '{path}' (number {product.Seq}) may not be read";
        }
    }

    /// <summary>The absolute path of a registered product whose file is what was registered.</summary>
    /// <exception cref="DataException">It is not; the message says what is wrong.</exception>
    public static string Verify(ProductPath paths, Product product) =>
        Problem(paths, product) is { } problem ? throw new DataException($"{problem}; restore it") : paths.Absolute(product.Path);
}
