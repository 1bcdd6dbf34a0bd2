# Trailers for a message that was empty, or only a template, before the editor. Left as it was, it ends the commit.
if [ -f "$pending/late" ]; then
    before=$(cat "$pending/late")
    rm -f "$pending/late"
    read_message "$1"
    [ -n "$empty$named" ] || [ "$(said "$1")" = "$before" ] || add_trailers "$1"
fi
